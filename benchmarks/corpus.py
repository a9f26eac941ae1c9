"""A corpus of real files: large Python packages, installed for their text alone into a cache folder.

Packages are installed without their dependencies by the ordinary client; nothing of them is run or committed.
"""

import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / "build" / "bench"

PACKAGES = [
    "ansible",
    "apache-airflow-core",
    "astropy",
    "azure-mgmt-compute",
    "azure-mgmt-network",
    "azure-mgmt-recoveryservicesbackup",
    "azure-mgmt-web",
    "bokeh",
    "django",
    "google-ads",
    "homeassistant",
    "jax",
    "kubernetes",
    "langchain-community",
    "matplotlib",
    "mlflow",
    "msgraph-beta-sdk",
    "msgraph-sdk",
    "networkx",
    "nltk",
    "oci",
    "pandas",
    "plotly",
    "salt",
    "scikit-learn",
    "scipy",
    "sphinx",
    "statsmodels",
    "sympy",
    "transformers",
    "twisted",
]


def site_packages() -> Path:
    """Return the folder in which all of `PACKAGES` are installed, installing those that are not there."""
    folder = CACHE / "site-packages"
    for package in PACKAGES:
        mark = CACHE / "done" / package
        if mark.exists():
            continue
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--upgrade"]
        done = subprocess.run([*command, "--target", str(folder), package], check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"without {package}: {done.stderr.strip().splitlines()[-1][:200]}", file=sys.stderr)
            continue
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    return folder
