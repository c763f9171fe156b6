"""`python -m tests.sanitized`: the suite on a compiled engine that watches its memory.

The extensions are built again, in a copy, with gcc's AddressSanitizer and
UndefinedBehaviorSanitizer and without a pool of nodes, so that every use of freed
memory is seen. Left out are tests of how much memory is used, which the sanitizers
change.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLAGS = "-fsanitize=address,undefined -fno-omit-frame-pointer -g -O1"
BUILD = "import setuptools; setuptools.setup()"
LEFT_OUT = "not million and not flat and not demo and not small_and_unknown"


def main() -> int:
    compiler = os.environ.get("CC", "gcc")
    runtimes = [
        subprocess.check_output([compiler, f"-print-file-name={name}"], text=True)
        for name in ("libasan.so", "libubsan.so", "libstdc++.so")
    ]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        ignored = shutil.ignore_patterns(
            *(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__"),
            *("*.so", "*.c", "build", "demo-output"),
        )
        shutil.copytree(ROOT, copy, ignore=ignored)
        subprocess.run(
            [sys.executable, "-c", BUILD, "-q", "build_ext", "--inplace"],
            cwd=copy,
            env={
                **os.environ,
                "CFLAGS": f"{FLAGS} -DAG_PLAIN_MEMORY",
                "LDFLAGS": FLAGS,
            },
            check=True,
        )
        watched = {
            "AUTOGRAD_ENGINE": "native",
            "LD_PRELOAD": ":".join(path.strip() for path in runtimes),
            "ASAN_OPTIONS": "detect_leaks=0",
            "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
            "PYTHONMALLOC": "malloc",
        }
        command = [sys.executable, "-m", "pytest", "-k", LEFT_OUT, *sys.argv[1:]]
        return subprocess.call(command, cwd=copy, env={**os.environ, **watched})


if __name__ == "__main__":
    raise SystemExit(main())
