#!/bin/sh
# A wheel of python/ is built and installed without network or compiler, and runs a network.
#
# Input: a Python with numpy, setuptools, wheel, pytest and Pillow, the tool, the source tree, a work folder.
# Expectation: one wheel for every platform; test_*.py pass on what was installed from it.
set -eu
python=$1 xnc=$2 root=$3 work=$4
rm -rf "$work"
mkdir -p "$work"
cp -R "$root/python" "$work/source"
export PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1
"$python" -m pip wheel --quiet --no-build-isolation --no-deps -w "$work" "$work/source"
test -f "$work"/xnc-*-py3-none-any.whl
"$python" -m venv --without-pip --system-site-packages "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --no-deps "$work"/xnc-*.whl
cd "$work"
XNC="$xnc" ROOT="$root" exec venv/bin/python -I -m pytest -q -p no:cacheprovider \
    --rootdir "$root/tests/python" "$root"/tests/python/test_xnc.py \
    "$root/tests/python/test_images.py" "$root/tests/python/test_compile.py"
