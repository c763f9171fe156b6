"""`python -m tests`: the whole suite, once for each engine; options are pytest's."""

import importlib.util
import os
import subprocess
import sys

if not importlib.util.find_spec("pytest"):
    raise SystemExit("the tests need the extra 'test': pip install -e '.[test]'")
ENGINES = ["python"]
if importlib.util.find_spec("autograd._native.engine"):
    ENGINES.insert(0, "native")
else:
    print("the compiled engine was not built here: only the Python engine is tested")

failed = []
for engine in ENGINES:
    print(f"== the engine {engine!r}", flush=True)
    command = [sys.executable, "-m", "pytest", *(sys.argv[1:] or ["-n", "auto"])]
    if subprocess.call(command, env={**os.environ, "AUTOGRAD_ENGINE": engine}):
        failed.append(engine)
print(f"failed: {failed}" if failed else f"passed on the engines {ENGINES}")
raise SystemExit(bool(failed))
