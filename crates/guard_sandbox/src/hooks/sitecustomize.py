"""Rules of faasguard inside Python, where the kernel's own means are not to be had.

An audit hook cannot be taken out again, but code in other languages goes past it."""


def _install(rules):
    import fnmatch
    import json
    import os
    import socket
    import sys

    known, told = set(), set()
    refuses = rules["refuses"]

    def tell(kind, detail, target, process=None, arguments=None):
        line = {"faasguard": "event", "kind": kind, "class": None, "request_id": None,
                "function": rules["function"], "detail": detail, "target": target, "mode": rules["mode"]}
        if process is not None:
            line.update(process=process, arguments=arguments or [])
        if (kind, detail) not in told and len(told) < 1000:
            told.add((kind, detail))
            line = (json.dumps(line, separators=(",", ":")) + "\n").encode()
            pipe = None
            try:
                # A pipe takes so much at once or nothing.
                pipe = os.open(rules["pipe"] if len(line) <= 4096 else "", os.O_WRONLY | os.O_NONBLOCK)
                os.write(pipe, line)
            except OSError:
                os.write(2, line)
            finally:
                if pipe is not None:
                    os.close(pipe)

    def refuse(kind, done, refused, what, why, **more):
        tell(kind, f"{refused if refuses else done} `{what}`, {why}", what, **more)
        if refuses:
            raise PermissionError(13, f"refused by faasguard: {why}", what)

    def name_fits(pattern, name):
        if pattern == "*":
            return True
        return name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern

    def entries():
        for entry in rules["egress"]:
            host, _, port = entry.rpartition(":")
            yield host.strip("[]").lower().rstrip("."), port

    def is_name(host):
        host = host.lower().rstrip(".")
        return any(name_fits(pattern, host) for pattern, _ in entries())

    def is_address(host, port):
        import ipaddress
        try:
            address = ipaddress.ip_address(host.split("%")[0])
        except ValueError:
            return None
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_loopback or address.is_unspecified or port == 0:
            return True
        for pattern, allowed in entries():
            if allowed not in ("*", str(port)):
                continue
            if pattern == "*" or any(name_fits(pattern, name) for name, ip in known if ip == str(address)):
                return True
            try:
                if address in ipaddress.ip_network(pattern, strict=False):
                    return True
            except (ValueError, TypeError):
                pass
        return False

    def connecting(address):
        if not isinstance(address, tuple) or len(address) < 2:
            return
        host, port = str(address[0]), address[1]
        found = is_address(host, port)
        if found is False or (found is None and not is_name(host)):
            refuse("egress-denied", "connected to", "refused to connect to", f"{host}:{port}",
                   "which `egress.allow` does not list")

    def starting(program, arguments):
        program = os.fsdecode(program) if program else ""
        if "/" not in program:
            import shutil
            program = shutil.which(program) or program
        real = os.path.realpath(program)
        if not any(fnmatch.fnmatchcase(one, pattern) and one.count("/") == pattern.count("/")
                   for pattern in rules["processes"] for one in (program, real)):
            # Arguments are left out: nothing here could mask the secrets in them.
            refuse("process-spawned", "started", "refused to start", program,
                   "which `processes.allow` does not list", process=real, arguments=[])

    def below(path, roots):
        return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)

    def opening(path, flags):
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        path = os.path.realpath(os.fsdecode(path))
        names = path.split("/")
        files = rules["files"]
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
            if not below(path, files["write"]):
                refuse("code-written", "wrote", "refused to write", path, "outside `/tmp`")
        elif names[1:2] == ["proc"] and names[-1] in ("environ", "mem"):
            refuse("sensitive-read", "opened", "refused to open", path, "which holds the environment of a process")
        elif not below(path, files["read"]) and os.path.exists(path):
            refuse("sensitive-read", "opened", "refused to open", path, "which `files.read` does not list")

    def naming(path, folder, done, refused, is_new=None):
        # A name is made or removed: a link at its end is not followed.
        path = os.fsdecode(path)
        if isinstance(folder, int) and folder >= 0:
            path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
        path = path.rstrip("/") or "/"
        path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        is_futile = is_new is not None and os.path.lexists(path) == is_new
        if not is_futile and not below(path, rules["files"]["write"]):
            refuse("code-written", done, refused, path, "outside `/tmp`")

    removing = ("removed", "refused to remove", False)
    replacing = ("wrote", "refused to write")
    names = {
        "os.mkdir": lambda path, mode, folder: naming(path, folder, "made", "refused to make", True),
        "os.remove": lambda path, folder: naming(path, folder, *removing),
        "os.rmdir": lambda path, folder: naming(path, folder, *removing),
        "os.truncate": lambda path, length: opening(path, os.O_WRONLY),
        "os.symlink": lambda target, path, folder: naming(path, folder, "made", "refused to make", True),
        "os.rename": lambda one, other, of_one, of_other: (
            naming(one, of_one, *removing), naming(other, of_other, *replacing)),
        "os.link": lambda one, other, of_one, of_other: (
            opening(one, 0), naming(other, of_other, *replacing)),
    }

    busy = [False]

    def hook(event, arguments):
        if busy[0]:
            return
        busy[0] = True
        try:
            if event == "open" and rules["files"] is not None:
                opening(arguments[0], arguments[2] or 0)
            elif event in names and rules["files"] is not None:
                names[event](*arguments)
            elif event in ("socket.connect", "socket.sendto", "socket.sendmsg") and rules["egress"] is not None:
                connecting(arguments[1])
            elif event == "socket.getaddrinfo" and rules["egress"] is not None:
                host = arguments[0]
                host = os.fsdecode(host) if isinstance(host, bytes) else host
                if host and is_address(host, 0) is None and host != "localhost" and not is_name(host):
                    refuse("egress-denied", "looked up", "refused to look up", host,
                           "which `egress.allow` does not list")
            elif rules["processes"] is not None:
                if event == "subprocess.Popen":
                    starting(arguments[0], arguments[1])
                elif event in ("os.exec", "os.posix_spawn", "os.spawn"):
                    starting(arguments[1 if event == "os.spawn" else 0], ())
                elif event == "os.system":
                    starting("/bin/sh", ())
        finally:
            busy[0] = False

    if rules["egress"] is not None:
        look_up = socket.getaddrinfo

        def getaddrinfo(host, *arguments, **more):
            found = look_up(host, *arguments, **more)
            if isinstance(host, str) and len(known) < 4096:
                known.update((host.lower().rstrip("."), one[4][0]) for one in found)
            return found

        socket.getaddrinfo = getaddrinfo
    sys.addaudithook(hook)


def _go_on():
    """Another `sitecustomize` that stands behind ours still runs."""
    import importlib.util
    import os
    import sys
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != own]
    sys.modules.pop("sitecustomize", None)
    if importlib.util.find_spec("sitecustomize") is not None:
        import sitecustomize  # noqa: F401


try:
    _install(RULES)
finally:
    _go_on()
