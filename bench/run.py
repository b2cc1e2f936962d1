# SPDX-License-Identifier: Apache-2.0
"""run.py BUILD: measures what the README quotes. Server on CPU 0, load on CPU 1, 64 keep-alive connections, the median
of five runs each. BENCH_COUNT requests a run (20,000)."""

import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))

import fixture
from admin import Admin
from install import CONSENT, authorize
from server import Server, binary
from wire import Connection, once, request_bytes

RUNS, CONNECTIONS, COUNT = 5, 64, int(os.environ.get("BENCH_COUNT", "20000"))
SERVER_CPU, LOAD_CPU = 0, 1
FORM = ("Content-Type", "application/x-www-form-urlencoded")
TICK = os.sysconf("SC_CLK_TCK")


def on_server_cpu(start):
    """Calls `start` while this process, and so what it starts, is bound to the server's CPU."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CPU})
    try:
        return start()
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid):
    """User and system time of a process and of its children that run (nginx's worker)."""
    total = 0.0
    for child in [pid, *map(int, open(f"/proc/{pid}/task/{pid}/children", encoding="ascii").read().split())]:
        fields = open(f"/proc/{child}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / TICK
    return total


def load(build, address, requests, count):
    """One run of the load generator: seconds, good, bad, p50 us, p99 us."""
    done = subprocess.run(["taskset", "-c", str(LOAD_CPU), os.path.join(build, "bench", "load"), address,
                           str(CONNECTIONS), str(count)],
                          input=b"".join(request + b"\0" for request in requests), stdout=subprocess.PIPE, check=True)
    seconds, good, bad, p50, p99 = done.stdout.split()
    return float(seconds), int(good), int(bad), int(p50), int(p99)


def measure(build, name, address, pid, requests_of_run):
    """Prints a line of the table; the median requests a second."""
    rates, cpus, p50s, p99s = [], [], [], []
    for run in range(RUNS):
        requests = requests_of_run(run)
        before = cpu_seconds(pid)
        seconds, good, bad, p50, p99 = load(build, address, requests, COUNT)
        if bad:
            raise SystemExit(f"{name}: {bad} answers were not ok")
        rates.append(good / seconds)
        cpus.append((cpu_seconds(pid) - before) / COUNT * 1e6)
        p50s.append(p50)
        p99s.append(p99)
    rate = statistics.median(rates)
    print(f"| {name} | {rate:,.0f} | {statistics.median(cpus):.1f} | {statistics.median(p50s) / 1000:.2f} | "
          f"{statistics.median(p99s) / 1000:.2f} |", flush=True)
    return rate


def codes(server, app, count):
    """`count` codes from the authorize page, asked for in pipelined groups."""
    target = f"/oauth/v2/authorize?client_id={app['client_id']}&scope=chat:write"
    request = request_bytes("GET", target, [("X-Hallpass-Consent", CONSENT)])
    found = []
    with Connection(server.listen) as connection:
        while len(found) < count:
            connection.send(request * 50)
            found += [re.search(r"code=([^&]+)", connection.read().header("Location")).group(1) for _ in range(50)]
    return found[:count]


def exchanges(server, app, count):
    return [request_bytes("POST", "/api/oauth.v2.access", [FORM], (
        f"code={code}&client_id={app['client_id']}&client_secret={app['client_secret']}").encode())
        for code in codes(server, app, count)]


def bot_token(server, app):
    with Connection(server.listen) as connection:
        body = f"code={authorize(connection, app)}&client_id={app['client_id']}&client_secret={app['client_secret']}"
        answer = connection.call("POST", "/api/oauth.v2.access", [FORM], body.encode())
    return re.search(r'"access_token":"([^"]+)"', answer.text()).group(1)


def bench_exchange(build, seed, app, name, *arguments):
    with on_server_cpu(lambda: Server("--seed-file", seed, "--strict", *arguments)) as server:
        Admin(server.admin).settings(rate_limit="off")
        measure(build, name, server.listen, server.process.pid, lambda _: exchanges(server, app, COUNT))


def bench_auth_test(build, seed, app, folder):
    """auth.test against nginx `return 200` with an answer of the same size."""
    data = os.path.join(folder, "auth")
    with on_server_cpu(lambda: Server("--seed-file", seed, "--strict", "--data", data)) as server:
        Admin(server.admin).settings(rate_limit="off")
        bearer = ("Authorization", "Bearer " + bot_token(server, app))
        request = request_bytes("POST", "/api/auth.test", [FORM, bearer, ("Content-Length", "0")])
        with Connection(server.listen) as connection:
            connection.send(request)
            size = whole_size(connection.read())
        ours = measure(build, "`auth.test`", server.listen, server.process.pid, lambda _: [request])
    nginx = measure_nginx(build, folder, size, bearer)
    print(f"\n`auth.test` answers {ours / nginx:.2f} of what nginx does.")


def whole_size(answer):
    """Bytes of an answer on the wire."""
    head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in answer.headers)
    return len(head) + 2 + len(answer.body)


def measure_nginx(build, folder, size, bearer):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = os.path.join(folder, "nginx.conf")

    def write(pad):
        with open(config, "w", encoding="ascii") as file:
            file.write(f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;\n"
                       "events { worker_connections 1024; }\n"
                       "http { access_log off; keepalive_requests 1000000000;\n"
                       f" client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;"
                       f" uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
                       f" server {{ listen 127.0.0.1:{port}; default_type application/json;"
                       f" location / {{ return 200 '{'x' * pad}'; }} }} }}\n")

    def start():
        process = subprocess.Popen(["nginx", "-p", folder, "-c", config])
        for _ in range(200):
            try:
                return process, whole_size(once(f"127.0.0.1:{port}", "GET", "/"))
            except OSError:
                time.sleep(0.02)
        raise SystemExit("nginx does not answer")

    def stop(process):
        process.terminate()
        process.wait()

    write(100)
    process, plain = start()
    stop(process)
    write(100 + size - plain)
    process, padded = on_server_cpu(start)
    try:
        request = request_bytes("POST", "/api/auth.test", [FORM, bearer, ("Content-Length", "0")])
        return measure(build, f"nginx `return 200`, {padded} bytes as above", f"127.0.0.1:{port}", process.pid,
                       lambda _: [request])
    finally:
        stop(process)


def disk_sync_ms(folder):
    """Median of writing 4 KiB and fdatasync in the data folder."""
    path, times = os.path.join(folder, "sync"), []
    with open(path, "wb", buffering=0) as file:
        for _ in range(200):
            began = time.monotonic()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((time.monotonic() - began) * 1000)
    return statistics.median(times)


def first_answer_ms(seed):
    """From exec to the end of the first answer, median of 20 starts."""
    times = []
    for _ in range(20):
        began = time.monotonic()
        with Server("--seed-file", seed) as server:
            once(server.listen, "GET", "/api/api.test")
            times.append((time.monotonic() - began) * 1000)
    return statistics.median(times)


def at_rest(seed, folder):
    with Server("--seed-file", seed) as server:
        once(server.listen, "GET", "/api/api.test")
        status = open(f"/proc/{server.process.pid}/status", encoding="ascii").read()
    stripped = os.path.join(folder, "stripped")
    shutil.copy(binary(), stripped)
    subprocess.run(["strip", stripped], check=True)
    resident = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
    print(f"First answer {first_answer_ms(seed):.1f} ms after exec; {resident:.1f} MiB resident when idle; "
          f"stripped binary {os.path.getsize(stripped) / 1e6:.2f} MB.\n")


def main():
    build = sys.argv[1]
    os.environ["HALLPASS_BIN"] = os.path.abspath(os.path.join(build, "hallpass"))
    app = fixture.app("BENCH", random.Random(os.urandom(16)), ["https://bench.example.test/cb"])
    with tempfile.TemporaryDirectory(dir=build) as folder:
        folder = os.path.abspath(folder)
        seed = os.path.join(folder, "seed.json")
        fixture.write_seed(seed, {"BENCH": app})
        at_rest(seed, folder)
        print(f"{CONNECTIONS} connections, {COUNT:,} requests, median of {RUNS} runs; 4 KiB and fdatasync take "
              f"{disk_sync_ms(folder):.2f} ms here.\n")
        print("| call | a second | server CPU us | p50 ms | p99 ms |\n| --- | --: | --: | --: | --: |")
        bench_exchange(build, seed, app, "`oauth.v2.access`, on disk", "--data", os.path.join(folder, "data"))
        bench_exchange(build, seed, app, "`oauth.v2.access`, in memory")
        bench_auth_test(build, seed, app, folder)


main()
