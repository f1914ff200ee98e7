#!/bin/sh
# Makes a release: runs every test, those of hours too, builds the wheels and tags the commit.
#
#   ./release.sh 0.2.0
#
# Before: set the version in python/xnc/_version.py, give the changes a heading of that version in
# CHANGELOG.md, commit. Nothing is tagged unless all of that is so and all tests pass. The wheels and
# the source archive are left in build-release/; the tag is pushed by hand.
set -eu
cd "$(dirname "$0")"
version=${1:?usage: ./release.sh VERSION}
tag="v$version"
fail() { echo "release.sh: $*" >&2; exit 1; }

[ -z "$(git status --porcelain)" ] || fail "the working tree has changes that are not committed"
grep -qx "__version__ = \"$version\"" python/xnc/_version.py ||
    fail "python/xnc/_version.py has another version: $(sed -n 's/^__version__ = //p' python/xnc/_version.py)"
grep -qx "## $version" CHANGELOG.md || fail "CHANGELOG.md has no heading '## $version'"
! git rev-parse -q --verify "refs/tags/$tag" >/dev/null || fail "the tag $tag is there already"

./test.sh
ctest --test-dir build-test --output-on-failure -L long
rm -rf build-release
mkdir build-release
cp build-test/tests/python/wheel/wheels/xnc-"$version"-*.whl build-release/ ||
    fail "no wheels: the test python_wheel was skipped"
(cd build-test && cpack --config CPackSourceConfig.cmake -B ../build-release)
[ -z "$(git status --porcelain)" ] || fail "the tests changed the working tree"
git tag -a "$tag" -m "xnc $version"
echo "tagged $tag; build-release/ has:"
ls build-release
