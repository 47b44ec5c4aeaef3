"""Does one thing that a handler should not do, and says what came of it."""
import ctypes
import errno
import os
import platform
import socket
import subprocess


def name_of(error):
    return errno.errorcode.get(error.errno, str(error))


def attempt(what):
    if what == "shell":
        return subprocess.run(["/bin/sh", "-c", "echo spawned"], capture_output=True, text=True, check=False).stdout.strip()
    if what == "egress":
        with socket.create_connection(("192.0.2.1", 443), timeout=5):
            return "connected"
    if what == "metadata":
        with socket.create_connection(("169.254.169.254", 80), timeout=5):
            return "connected"
    if what == "environ":
        with open("/proc/self/environ", "rb") as file:
            return "read" if file.read(1) else "empty"
    if what == "write":
        with open(os.environ["OUTSIDE"] + "/planted", "w", encoding="utf-8") as file:
            file.write("x")
        return "written"
    if what == "tmp":
        with open(os.environ["FAASGUARD_SCRATCH"] + "/left", "w", encoding="utf-8") as file:
            file.write("x")
        return "written"
    if what == "memfd":
        memory = os.memfd_create("x", 0)
        with open("/bin/true", "rb") as program:
            os.write(memory, program.read())
        subprocess.run([f"/proc/self/fd/{memory}"], pass_fds=[memory], check=True)
        return "ran"
    if what in ("io_uring", "ptrace"):
        libc = ctypes.CDLL(None, use_errno=True)
        is_arm = platform.machine() == "aarch64"
        number = 425 if what == "io_uring" else (117 if is_arm else 101)
        value = libc.syscall(number, 8, 0, 0, 0)
        if value < 0:
            raise OSError(ctypes.get_errno(), what)
        return "done"
    return "nothing"


def handler(event, context):
    try:
        return attempt(event["do"])
    except OSError as error:
        return name_of(error)
