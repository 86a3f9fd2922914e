"""Where pm4py is: the Python that can import it, and the environment in which it does. Nothing of it is part of this project."""
import os, subprocess, sys


def find():
    """(python, environment), or (None, why not). $PM4PY is the folder that holds the package, where Python does not find it by itself.
    Tried are this Python and the system's, which has Debian's pandas."""
    path = os.pathsep.join(p for p in (os.environ.get("PM4PY"), os.environ.get("PYTHONPATH")) if p)
    env = dict(os.environ, PYTHONPATH=path) if path else dict(os.environ)
    said = ""
    for python in (sys.executable, "/usr/bin/python3"):
        tried = subprocess.run([python, "-W", "ignore", "-c", "import pm4py"], env=env, capture_output=True, text=True)
        if tried.returncode == 0:
            return python, env
        said = said or tried.stderr.strip().rpartition("\n")[2]
    return None, said
