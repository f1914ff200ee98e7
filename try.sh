#!/bin/sh
# Shows what xnc does, from nothing: installs what is needed, builds the compiler, names the shapes
# on pictures with a small trained network, then compiles a large one to C, builds that C with clang,
# compares it with the interpreter and times it.
# Everything it writes is under build/ (the compiler) and build/try/ (what it wrote).
set -eu
cd "$(dirname "$0")"
step() { printf '\n== %s\n' "$*"; }

step "Installing what is missing and building the compiler"
./install.sh
cmake -S . -B build -DXNC_TESTS=OFF >/dev/null # no generator named: build/ may have been made before
cmake --build build -j"$(nproc)"
try=build/try
mkdir -p $try

step "Pictures in, answers out: a small network that has learned ten shapes, as C"
shapes=examples/shapes
build/xnc run $shapes $shapes/pictures/star/0.jpg $shapes/pictures/heart/1.png \
    $shapes/pictures/crescent/2.jpg --cc=clang
build/xnc eval $shapes $shapes/pictures --cc=clang
build/xnc check $shapes --cc=clang
build/xnc report $shapes --cc=clang -o $try/report.html

step "The same network in a program of ours that links it"
cmake --install build --prefix $try/installed >/dev/null
cmake -S examples -B $try/examples -G Ninja -DCMAKE_PREFIX_PATH="$PWD/$try/installed" \
    -DCMAKE_C_COMPILER=clang >/dev/null
cmake --build $try/examples
$try/examples/classify $try/examples/xnc/xception_mini/xception_mini.weights \
    $shapes/pictures/arrow/3.png $shapes/labels.txt

step "xception41: a checkpoint with reproducible values, then C"
build/xnc seed-weights xception41 -o $try/xception41.safetensors
build/xnc compile xception41 --weights $try/xception41.safetensors -o $try
ls -l $try/xception41.c $try/xception41.h $try/xception41.weights

step "xception41: the C, built with clang, against the interpreter, value by value (a minute)"
build/xnc check xception41 --weights $try/xception41.safetensors --cc=clang

step "xception41: how fast that is"
build/xnc bench xception41 --weights $try/xception41.safetensors --cc=clang --runs=20

step "What to look at"
cat <<END
$try/report.html     in a browser: the small network's graph, memory, times and errors
$shapes/pictures/    what the small network answered for
$try/xception41.c    the network as C: kernels first, the table of layers last
$try/xception41.h    what a program includes
$try/installed/      the tool, the runtime and the CMake package, as 'cmake --install' puts them
examples/CMakeLists.txt   the build of the program: find_package(xnc), xnc_add_model()
examples/classify/classify.c   the program that ran above
models/xception41.yaml    the description it was compiled from
ir/graph/ir.h                   where to begin to read the compiler
END

step "Your own pictures and checkpoint"
cat <<END
A checkpoint of timm (.safetensors, .pth, .bin), of any class count, and a photo:
    build/xnc run xception41 --weights tf_xception_41-e6439c97.pth photo.jpg
A folder as the hub lays it out, config.json and weights:
    build/xnc run path/to/folder/ photo.jpg
The C that goes into your product:
    build/xnc compile xception41 --weights tf_xception_41-e6439c97.pth -o out
'build/xnc list' shows all networks and which files hold their published weights.
END
