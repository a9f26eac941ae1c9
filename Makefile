PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup quickstart format lint types test check apart interop trl axolotl engines test-runners bench clean

setup: .venv/ready  ## make .venv and install the project with its developer tools, at the tested versions
quickstart: setup  ## curate a real corpus: the Python packages installed in .venv
	$(BIN)/licet quickstart
format: setup  ## rewrite the code in the house style
	$(BIN)/ruff format . && $(BIN)/ruff check --fix-only --quiet .
lint: setup  ## style, imports, layers
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/lint-imports
types: setup  ## mypy, strict
	$(BIN)/mypy
test: setup  ## the tests, in a process a core
	$(BIN)/pytest --numprocesses auto --dist loadfile
check: lint types apart test  ## all that must pass before a change lands
interop: setup build/interop/ready  ## hold the exports against the standards' own libraries, which live apart
	$(BIN)/pytest tests/pipelines/exports/test_interop.py
apart: setup engines  ## what tests hold ours against and lives apart, as far as it can be had; without it they are skipped
	@$(call try,interop/ready trl/ready axolotl/ready kubernetes/ready)
engines: setup  ## real engines on this machine, likewise
	@$(call try,engines/flink/ready engines/spark/ready engines/prism $(JOB_SERVERS))
test-runners: engines  ## the graph on these engines, with executors and workers killed
	$(BIN)/pytest -m runners
trl: setup build/trl/ready  ## hold the columns of conversations, and how templates render them, against TRL and transformers
	$(BIN)/pytest tests/pipelines/test_trl.py tests/pipelines/row/test_transformers.py
axolotl: setup build/axolotl/ready  ## load a version with Axolotl by the YAML of docs/posttrain.md, and train a step on it
	$(BIN)/pytest tests/pipelines/test_axolotl.py
bench: setup  ## what docs/benchmarks.md holds, measured on this machine
	$(BIN)/python -m benchmarks all
clean:  ## remove what was built
	rm -rf .venv build dist out *.egg-info src/*.egg-info

# Makes parts of build/, each as far as it can be had.
define try
mkdir -p build && for part in $(1); do $(MAKE) --silent build/$$part >>build/apart.log 2>&1 \
	|| echo "not to be had here, so its tests are skipped (build/apart.log): $$part"; done
endef

# Shows an environment in build/ the project's packages, behind its own.
beside = $(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
	> "$$(build/$(1)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/project.pth"

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev --constraint constraints.txt
	touch $@

build/interop/ready: Makefile
	$(PYTHON) -m venv build/interop
	build/interop/bin/python -m pip install --quiet \
		"mlcroissant[parquet]==1.1.1" "in-toto-attestation==0.9.3" "securesystemslib[crypto]==1.6.0"
	touch $@

BEAM := $(shell sed -n 's/^apache-beam==//p' constraints.txt)
JOB_SERVERS := $(foreach engine,flink-1.20 spark-3,engines/jars/beam-runners-$(engine)-job-server-$(BEAM).jar)

build/engines/flink/ready: Makefile | .venv/ready
	$(BIN)/python -m venv build/engines/flink
	build/engines/flink/bin/python -m pip install --quiet --no-deps "apache-flink-libraries==1.20.5"
	touch $@

# Spark's Python workers are this environment's, which sees the project's too.
build/engines/spark/ready: Makefile | .venv/ready
	$(BIN)/python -m venv build/engines/spark
	build/engines/spark/bin/python -m pip install --quiet --no-deps \
		"pyspark==3.5.9" "py4j==0.10.9.7" "beam-pyspark-runner==0.0.3"
	build/engines/spark/bin/python -c "import os, sysconfig; here = sysconfig.get_path('purelib'); \
		there = here.replace('build/engines/spark', '.venv'); \
		open(os.path.join(here, 'licet.pth'), 'w').write(f'import site; site.addsitedir({there!r})\n{os.getcwd()}\n')"
	touch $@

build/engines/prism: constraints.txt
	mkdir -p build/engines
	GOBIN=$(CURDIR)/build/engines go install github.com/apache/beam/sdks/v2/go/cmd/prism@v$(BEAM)

build/engines/jars/%.jar: constraints.txt
	mvn -B -ntp -q dependency:copy -Dmdep.useBaseVersion=true -DoutputDirectory=$(CURDIR)/build/engines/jars \
		-Dartifact=org.apache.beam:$(patsubst %-$(BEAM),%,$*):$(BEAM)

build/kubernetes/ready: Makefile
	$(PYTHON) -m venv build/kubernetes
	build/kubernetes/bin/python -m pip install --quiet "kubernetes-validate==1.37.0"
	touch $@

# Beside the project's own packages: without torch, which only training needs, it is 170 MB.
build/trl/ready: .venv/ready Makefile
	$(BIN)/python -m venv build/trl
	build/trl/bin/python -m pip install --quiet --no-deps "trl==1.16.0" "transformers==5.24.0" "tokenizers==0.23.3" \
		"safetensors==0.8.0" "regex==2026.11.19" "jinja2==3.1.6" "markupsafe==3.0.4"
	$(call beside,trl)
	touch $@

# Axolotl 0.19 is the last for Python 3.11, with what it imports to load data and to train, at the versions it asks for.
# Its torch does not start without CUDA's libraries, though nothing here uses them: 3.7 GB, so pip keeps no copy.
build/axolotl/ready: .venv/ready Makefile
	$(BIN)/python -m venv build/axolotl
	build/axolotl/bin/python -m pip install --quiet --no-cache-dir --no-compile --no-deps "axolotl==0.19.0" "torch==2.13.0" \
		"trl==1.9.0" "transformers==5.16.1" "tokenizers==0.23.1" "accelerate==1.13.0" "peft==0.20.0" "datasets==4.8.4" \
		"huggingface-hub==1.17.0" "httpx==0.28.1" "httpcore==1.0.9" "pydantic==2.12.5" "pydantic-core==2.41.5" \
		"safetensors==0.8.0" "regex==2026.11.19" "addict==2.4.0" "colorama==0.4.6" "fire==0.7.1" "termcolor==3.3.0" \
		"psutil==7.2.2" "posthog==6.7.11" "backoff==2.2.1" "distro==1.9.0" "sympy==1.14.0" "mpmath==1.3.0" "networkx==3.4.2"
	build/axolotl/bin/python -m pip install --quiet --no-cache-dir --no-compile \
		"cuda-toolkit[cublas,cudart,cufft,cufile,cupti,curand,cusparse,nvrtc]==13.0.3" "nvidia-cudnn-cu13==9.20.0.48" \
		"nvidia-cusparselt-cu13==0.8.1" "nvidia-nccl-cu13==2.29.7" "nvidia-nvshmem-cu13==3.4.5"
	$(call beside,axolotl)
	touch $@
