"""Runs inside a peer's environment: answers one JSON request a line by calling the given script's `run`."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback

import numpy as np


def load(path):
    spec = importlib.util.spec_from_file_location("peer_script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    # Peers write to stdout as they please; the answers have a pipe to themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    script = None
    for line in sys.stdin:
        request = json.loads(line)
        error = ""
        try:
            script = script or load(sys.argv[1])
            with np.load(request["given"]) as given:
                arrays = {name: given[name] for name in given.files}
            np.savez(request["made"], **script.run(arrays, request["params"]))
        except Exception:  # noqa: BLE001 whatever it is, the caller is told
            error = traceback.format_exc()
        answers.write(json.dumps({"error": error}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
