# Images of Licet for Beam's workers, from the wheel and the tested versions. Built from the root of a checkout:
#
#   python -m pip wheel --no-deps --wheel-dir dist .
#   docker build --file deploy/worker.Dockerfile --target worker --tag licet-worker:0.1.0 .   # DOCKER, Dataflow
#   docker build --file deploy/worker.Dockerfile --target pool   --tag licet-pool:0.1.0 .     # EXTERNAL, a sidecar
#   docker build --file deploy/worker.Dockerfile --target client --tag licet-client:0.1.0 .   # starts runs on Flink
#
# BuildKit sends what worker.Dockerfile.dockerignore lets through: the wheel, constraints.txt, warm.py and its mit.txt, 1.5 MB.
# Base images are named without a registry: say which one where the builder is set up.

# The SDK and the pickles of a run must be of one Beam: the same version as in constraints.txt.
FROM apache/beam_python3.11_sdk:2.77.0 AS worker

# Any x86 server since 2013. Machine code for the builder's own processor would be found on machines like it only, and
# compiled again, for a minute a process, on all others. On ARM: --build-arg CPU=generic.
ARG CPU=x86-64-v3
ENV NUMBA_CPU_NAME=${CPU} \
    NUMBA_CPU_FEATURES="" \
    NUMBA_CACHE_DIR=/opt/licet/numba

# All is in the image: no venv a worker, and nothing to install into one (the boot program would make it as root only).
ENV RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT=1 \
    PYTHONUNBUFFERED=1

COPY dist/licet-*.whl constraints.txt deploy/mit.txt deploy/warm.py /opt/licet/
# gcsfs is the newest that takes this fsspec with the google-cloud-storage of the base image.
RUN python -m pip install --no-cache-dir --constraint /opt/licet/constraints.txt \
        /opt/licet/licet-*.whl "gcsfs==2026.8.2" "s3fs==2026.9.0" \
    && python -m pip check

# numba uses a cache only where it may also write; workers run as root on Dataflow and as anybody elsewhere.
RUN python /opt/licet/warm.py && chmod -R a+rwX /opt/licet/numba
RUN python /opt/licet/warm.py --check

LABEL org.opencontainers.image.title="licet" \
      org.opencontainers.image.description="Licet in Beam's Python SDK image, its kernels compiled" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
# The entry point stays Beam's: /opt/apache/beam/boot. The user stays root: Dataflow mounts what boot writes to as root.


# A pool of workers, which needs neither boot nor root. Whoever reaches its port can start processes in it, so that by
# default it is reached from its own machine only; in a pod of Flink's TaskManager that is all that it needs.
FROM worker AS pool
RUN useradd --uid 10001 --create-home licet
USER 10001
WORKDIR /home/licet
EXPOSE 50000
ENTRYPOINT ["licet"]
CMD ["worker-pool", "--host", "127.0.0.1", "--port", "50000"]


# What hands a run to Flink: the pool's image and Beam's job server, packed with the graph into what Flink is sent.
FROM apache/beam_flink1.20_job_server:2.77.0 AS job-server
FROM pool AS client
COPY --from=job-server /opt/apache/beam/jars/beam-runners-flink-job-server.jar /opt/apache/beam/jars/
CMD ["--help"]
