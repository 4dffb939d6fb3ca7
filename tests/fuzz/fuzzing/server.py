"""Runs commands in forked copies of one process that has everything imported already.

A command takes some 40 ms this way rather than two seconds, and may still abort, hang or eat
memory without taking anything along. Reads a JSON request a line, answers a JSON line:

    {"args": [...], "cwd": "...", "seconds": 30, "out": "file", "err": "file"}
    {"status": 3, "seconds": 0.04, "cpu_seconds": 0.03, "peak_bytes": 160000000, "timed_out": false}

``status`` is negative for a signal. ``peak_bytes`` is the most that the command, or any process it
started, had in memory at once.
"""

import json
import os
import resource
import signal
import sys
import time

KIBIBYTE = 1024


def main():
    # The lazy parts of pandas and pyarrow would else be imported by every copy.
    import pyarrow.compute  # noqa: F401

    import pipeline.cli.classify
    import pipeline.config
    import pipeline.run  # noqa: F401 -- imported for the copies to come

    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(json.dumps(serve(request)) + "\n")
        sys.stdout.flush()


def serve(request):
    started = time.monotonic()
    process = os.fork()
    if process == 0:
        command(request)
    deadline = started + request["seconds"]
    timed_out = False
    while True:
        done, status, usage = os.wait4(process, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline and not timed_out:
            timed_out = True
            os.killpg(process, signal.SIGKILL)
        time.sleep(0.002)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": round(time.monotonic() - started, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_bytes": usage.ru_maxrss * KIBIBYTE,
        "timed_out": timed_out,
    }


def command(request):
    """Be the command ``staffing``; never returns."""
    os.setpgid(0, 0)
    os.chdir(request["cwd"])
    for handle, mode, name in ((0, os.O_RDONLY, os.devnull), (1, WRITE, "out"), (2, WRITE, "err")):
        file = os.open(request.get(name, name), mode, 0o600)
        os.dup2(file, handle)
        os.close(file)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = ["staffing", *request["args"]]
    status = 1
    try:
        from pipeline.__main__ import main as staffing

        staffing()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 -- as the interpreter itself would end
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(status)


WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC

if __name__ == "__main__":
    main()
