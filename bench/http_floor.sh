#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# CPU per small POST of http_floor and of nginx `return 200`, server on CPU 0, wrk on CPU 1.
# Usage: bench/http_floor.sh BUILD_DIR [SECONDS]
set -eu
build=$1 seconds=${2:-5}
work=$(mktemp -d)
trap 'kill $ours $theirs 2>/dev/null; wait; rm -rf "$work"' EXIT
ours= theirs=

taskset -c 0 "$build/bench/http_floor" >"$work/port" & ours=$!
cat >"$work/nginx.conf" <<CONF
daemon off; master_process off; worker_processes 1; pid $work/pid; error_log $work/error;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000; default_type application/json;
       client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work; uwsgi_temp_path $work;
       scgi_temp_path $work;
       server { listen unix:$work/unused; listen 127.0.0.1:4499;
                location / { return 200 '$(head -c 600 /dev/zero | tr '\0' x)'; } } }
CONF
taskset -c 0 nginx -c "$work/nginx.conf" -e "$work/error" & theirs=$!
cat >"$work/post.lua" <<'LUA'
wrk.method = "POST"
wrk.body = "client_id=2141029472.691202649728&client_secret=EXAMPLE&code=EXAMPLE&redirect_uri=https%3A%2F%2Fexample.com"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["User-Agent"] = "bench"
wrk.headers["Accept"] = "*/*"
LUA

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
measure() { # name pid port
    before=$(ticks "$2")
    taskset -c 1 wrk -t1 -c64 -d"$seconds"s -s "$work/post.lua" "http://127.0.0.1:$3/api/test" >"$work/out"
    after=$(ticks "$2")
    awk -v name="$1" -v used=$((after - before)) -v hz="$(getconf CLK_TCK)" '
        /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = " BAD: " $0 }
        END { printf "%-8s %8.0f requests/s %6.2f us CPU per request%s\n", name, rate, used / hz / n * 1e6, bad }' "$work/out"
}
until [ -s "$work/port" ] && [ -s "$work/pid" ]; do :; done
for round in 1 2 3; do
    measure floor $ours "$(cat "$work/port")"
    measure nginx $theirs 4499
done
