#!/usr/bin/env bash
# Installs what the system tests of the guard drive: the runtime clients that AWS publishes (PyPI
# `awslambdaric`, npm `aws-lambda-ric`; both compile for minutes) and PyPI `moto` into target/clients, and the
# Debian packages that this needs, redis-server among them. What is there already is left alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."

python_client=4.2.2
node_client=3.3.0
moto=5.2.5
clients=$PWD/target/clients

# debian COMMAND:PACKAGE…: installs the packages whose commands are missing, in one go.
debian() {
    local missing=() pair
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    [ ${#missing[@]} = 0 ] && return
    # Another program may hold the lock of dpkg for a while.
    local wait=(-o DPkg::Lock::Timeout=300)
    apt-get "${wait[@]}" update
    DEBIAN_FRONTEND=noninteractive apt-get "${wait[@]}" install --yes --no-install-recommends "${missing[@]}"
}

debian g++:g++ make:make cmake:cmake autoconf:autoconf automake:automake libtoolize:libtool \
    python3:python3-venv node:nodejs npm:npm redis-server:redis-server

mkdir -p "$clients"
if [ "$(cat "$clients/python.version" 2>/dev/null)" != "$python_client" ]; then
    rm -rf "$clients/python"
    python3 -m venv "$clients/python"
    "$clients/python/bin/pip" install --quiet --disable-pip-version-check "awslambdaric==$python_client"
    echo "$python_client" >"$clients/python.version"
fi
# Stands for Secrets Manager and the Parameter Store.
if [ "$(cat "$clients/python/moto.version" 2>/dev/null)" != "$moto" ]; then
    "$clients/python/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$moto"
    echo "$moto" >"$clients/python/moto.version"
fi
if [ "$(cat "$clients/node.version" 2>/dev/null)" != "$node_client" ]; then
    rm -rf "$clients/node"
    mkdir -p "$clients/node"
    (cd "$clients/node" && npm install --no-audit --no-fund --loglevel=error "aws-lambda-ric@$node_client")
    echo "$node_client" >"$clients/node.version"
fi
"$clients/python/bin/python" -c 'import awslambdaric, runtime_client'
test -f "$clients/node/node_modules/aws-lambda-ric/package.json"
echo "clients: awslambdaric $python_client, moto $moto, aws-lambda-ric $node_client in $clients"
