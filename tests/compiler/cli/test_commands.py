#!/usr/bin/env python3
"""The commands that compile and run, from outside: what they write, print and exit with.

Usage: test_commands.py XNC ROOT. Works in a folder of its own; the small networks only. Each test says
in its name what holds. Needs numpy and a C compiler.
"""
import json
import os
import pathlib
import platform
import re
import resource
import signal
import subprocess
import sys
import unittest

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from quant import write_quant  # noqa: E402
from tool import XNC, ToolTest  # noqa: E402

ROOT = pathlib.Path(sys.argv.pop(1))
MINI, LEGACY = "xception_mini", "legacy_mini"


class Commands(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model in (MINI, LEGACY):
            cls.xnc(0, "seed-weights", model, "-o", cls.weights(model))
        random = numpy.random.default_rng(7)
        for images in (1, 3):
            cls.save(f"x{images}.npy", random.standard_normal((images, 3, 64, 64)))

    @classmethod
    def weights(cls, model):
        return str(cls.folder / f"{model}.safetensors")

    @classmethod
    def path(cls, name):
        return str(cls.folder / name)

    @classmethod
    def save(cls, name, values):
        numpy.save(cls.folder / name, numpy.asarray(values, "float32"))

    def files(self, folder):
        path = self.folder / folder
        return sorted(f.name for f in path.iterdir()) if path.exists() else None

    # ---- compile ----

    def test_compile_writes_what_emit_asks_for(self):
        for emit, more in (("c", []), ("obj", ["m.o"]), ("lib", ["libm.a"]), ("so", ["libm.so"])):
            out = f"out_{emit}"
            self.xnc(0, "compile", MINI, "--weights", self.weights(MINI), "-o", out, "--prefix=m",
                     f"--emit={emit}")
            self.assertEqual(self.files(out), sorted(["m.c", "m.h", "m.weights"] + more))

    def test_a_library_is_the_same_with_and_without_the_cache(self):
        for out, more in (("cached", []), ("uncached", ["--no-cache"])):
            self.xnc(0, "compile", MINI, "--weights", self.weights(MINI), "-o", out, "--prefix=m",
                     "--emit=lib", "--weights-as=object", "--cc=cc -O0", "--target=scalar", *more)
        library = (self.folder / "cached/libm.a").read_bytes()
        self.assertEqual(library, (self.folder / "uncached/libm.a").read_bytes())
        self.assertIn(b"m.o/", library)

    def test_compile_without_weights_writes_the_same_c(self):
        self.xnc(0, "compile", MINI, "-o", "bare")
        self.xnc(0, "compile", MINI, "--weights", self.weights(MINI), "-o", "full")
        self.assertEqual(self.files("bare"), [f"{MINI}.c", f"{MINI}.h"])
        for name in self.files("bare"):
            self.assertEqual((self.folder / "bare" / name).read_bytes(),
                             (self.folder / "full" / name).read_bytes())

    def test_weights_in_an_object_are_the_blob(self):
        self.xnc(0, "compile", MINI, "--weights", self.weights(MINI), "-o", "object", "--prefix=m",
                 "--weights-as=object", "--emit=so")
        self.assertIn("m_weights.S", self.files("object"))
        blob = (self.folder / "object/m.weights").read_bytes()
        self.assertIn(blob, (self.folder / "object/libm.so").read_bytes())

    def test_the_runtime_beside_the_model_makes_a_program(self):
        self.xnc(0, "compile", MINI, "--weights", self.weights(MINI), "-o", "program", "--prefix=m",
                 "--target=scalar", "--with-runtime")
        main = self.folder / "program/main.c"
        main.write_text("""
            #include <stdio.h>
            #include "m.h"
            static float input[M_INPUT_ELEMENTS], output[M_OUTPUT_0_ELEMENTS];
            int main(void) {
                xnc_weights *weights;
                if (fread(input, 4, M_INPUT_ELEMENTS, stdin) != M_INPUT_ELEMENTS ||
                    xnc_weights_open(&weights, &m_model, "m.weights", XNC_MAP) != XNC_OK)
                    return 1;
                void *arena = xnc_arena_create(M_ARENA_BYTES(1));
                float *outputs[] = {output};
                if (xnc_run(&m_model, weights, arena, M_ARENA_BYTES(1), input, outputs, NULL) != 0)
                    return 2;
                fwrite(output, 4, M_OUTPUT_0_ELEMENTS, stdout);
                xnc_arena_destroy(arena);
                xnc_weights_close(weights);
                return 0;
            }
            """)
        sources = [f for f in self.files("program") if f.endswith(".c") and f != "xnc_top.c"]
        subprocess.run(["cc", "-std=c11", *sources, "-o", "main", "-lm", "-pthread"], check=True,
                       cwd=self.folder / "program")
        x = numpy.load(self.path("x1.npy"))
        done = subprocess.run(["./main"], input=x.tobytes(), capture_output=True, check=True,
                              cwd=self.folder / "program")
        self.xnc(0, "run", MINI, "--weights", self.weights(MINI), "x1.npy", "--output=y1.npy")
        self.assertEqual(numpy.load(self.path("y1.npy")).tobytes(), done.stdout)

    def test_a_failed_compile_leaves_nothing(self):
        (self.folder / "broken.safetensors").write_bytes(b"\0" * 100)
        self.xnc(3, "compile", MINI, "--weights", "broken.safetensors", "-o", "never")
        self.xnc(1, "compile", MINI, "-o", "never", "--emit=so", "--cc=false")
        self.xnc(3, "compile", "no_such_model", "-o", "never")
        self.assertIsNone(self.files("never"))

    def test_a_killed_compile_leaves_nothing(self):
        """The C compiler says that it has begun and then takes its time."""
        fifo = self.folder / "begun"
        os.mkfifo(fifo)
        compiler = self.folder / "slow_cc"
        compiler.write_text("#!/bin/sh\n"
                            "[ \"$1\" = --version ] && echo slow 1.0 && exit\n"
                            f"echo begun >{fifo}\n"
                            "exec sleep 600\n")
        compiler.chmod(0o755)
        (self.folder / "killed_tmp").mkdir()
        (self.folder / "killed_cache").mkdir()
        environment = {**os.environ, "TMPDIR": self.path("killed_tmp"),
                       "XDG_CACHE_HOME": self.path("killed_cache")}
        for number in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen(
                    [XNC, "compile", MINI, "--weights", self.weights(MINI), "-o", "killed",
                     "--emit=so", "--target=scalar", f"--cc={compiler}"], cwd=self.folder,
                    env=environment, stderr=subprocess.PIPE) as running:
                self.assertEqual(fifo.read_text(), "begun\n")
                self.assertIn(f"{MINI}.c.", " ".join(self.files("killed")))
                running.send_signal(number)
                running.communicate()
            self.assertEqual(running.returncode, -number)
            self.assertIsNone(self.files("killed"))
            self.assertEqual(self.files("killed_tmp"), [])
            self.assertEqual(self.files("killed_cache/xnc"), [])

    def test_wrong_use_of_compile(self):
        self.xnc(2, "compile", MINI)
        self.xnc(2, "compile", MINI, "-o", "never", "--weights-as=object")
        self.xnc(2, "compile", MINI, "-o", "never", "--target=no-such")
        self.xnc(2, "compile", MINI, "-o", "never", "--emit=exe")
        self.assertIsNone(self.files("never"))

    # ---- options ----

    def test_numbers_have_limits(self):
        """4294967297 is 1 in 32 bits."""
        common = ("bench", MINI, "--target=scalar", "--runs=1")
        self.assertIn("expected 1..1024", self.xnc(2, *common, "--threads=1,1025").stderr)
        self.xnc(2, *common, "--threads=4294967297")
        self.xnc(2, *common, "--runs=4294967296")
        for limit in ("--batch=4096", "--classes=1048576", "--in-chans=1024"):
            option, most = limit.split("=")
            beyond = f"{option}={int(most) + 1}"
            self.assertIn(f"..{most}", self.xnc(2, "analyze", MINI, beyond).stderr)
            self.assertNotIn("..", self.xnc(0, "analyze", MINI, limit, "--json").stderr)

    def test_a_prefix_is_a_name_for_c(self):
        for prefix in ("a b", "9x", "../x", "a-b", "é", "xnc", "xnc_top", "x" * 65):
            self.xnc(2, "compile", MINI, "-o", "never", f"--prefix={prefix}")
        for prefix in ("a_9", "xncs", "x" * 64):
            self.xnc(0, "compile", MINI, "-o", "named", f"--prefix={prefix}")
            self.assertIn(f"{prefix}.h", self.files("named"))

    def test_a_prefix_hides_no_header(self):
        """Whatever <NAME.h> the headers of C, POSIX, C++ and of vector instructions include, or the
        runtime does, a network cannot be called NAME."""
        names = ("assert complex ctype errno fenv float inttypes limits locale math setjmp signal"
                 " stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib string tgmath time"
                 " threads wchar wctype aio dirent dlfcn fcntl glob netdb poll pthread pwd regex"
                 " sched search semaphore spawn strings syslog termios unistd utime wordexp"
                 " immintrin x86intrin cpuid sleef xxhash").split()  # fmt: skip
        includes = "".join(f"#include <{name}.h>\n" for name in names)
        (self.folder / "all.c").write_text(includes)
        (self.folder / "all.cpp").write_text(
            "#include <algorithm>\n#include <atomic>\n#include <cmath>\n#include <thread>\n"
            "#include <vector>\n#include <string>\n#include <iostream>\n#include <memory>\n")
        found = {"XNC", "Xnc", "XNC_MODEL", "xnc_top", "Math", "STDINT", "_math", "a__b", "a_"}
        for compiler, source in (("gcc", "all.c"), ("g++", "all.cpp"), ("clang", "all.c")):
            told = self.run_in(0, compiler, "-D_GNU_SOURCE", "-M", source).stdout
            paths = (pathlib.PurePath(word) for word in told.split() if word.endswith(".h"))
            found |= {path.stem for path in paths
                      if path.parent.name in ("include", "x86_64-linux-gnu", "aarch64-linux-gnu")}  # fmt: skip
        free = set()
        for name in sorted(name for name in found if name.isidentifier()):
            done = self.run_any("compile", MINI, "-o", "never", "--target=scalar",
                                f"--prefix={name}")  # fmt: skip
            if done.returncode != 2 or not re.search(r"'\w+' can\n", done.stderr):
                free.add(name)
        self.assertEqual(free, set())
        self.assertGreater(len(found), 100)

    def test_a_network_may_have_any_name(self):
        """Names that would hide or break something are changed; keywords of C and C++ are not."""
        tiny = (ROOT / "tests/compiler/data/tiny.yaml").read_text()
        names = {"xnc": "mxnc", "XNC_MODEL": "mXNC_MODEL", "math": "mmath", "Stdint": "mStdint",
                 "immintrin": "mimmintrin_net", "int": "int", "class": "class", "a__b": "a_b"}  # fmt: skip
        for name, prefix in names.items():
            (self.folder / "named.yaml").write_text(tiny.replace("name: tiny", f"name: {name}"))
            self.xnc(0, "compile", "named.yaml", "-o", prefix, "--emit=so", "--with-runtime",
                     "--target=native", "--cc=cc -O0")  # fmt: skip
            self.assertIn(f"{prefix}.h", self.files(prefix))
            (self.folder / "user.cpp").write_text(
                f'#include <cmath>\n#include "{prefix}.h"\nint main() {{ return '
                f'{prefix.upper()}_OUTPUTS - xnc_model_outputs(&{prefix}_model); }}\n')  # fmt: skip
            self.run_in(0, "g++", f"-I{prefix}", "-Wall", "-Werror", "user.cpp", "-o", "user",
                        f"-L{prefix}", f"-l{prefix}", f"-Wl,-rpath,{self.folder / prefix}")  # fmt: skip
            self.run_in(0, "./user")

    def test_a_prefix_may_be_the_name_of_a_file_of_the_runtime(self):
        for more in ([], ["--no-cache"]):
            self.xnc(0, "compile", MINI, "-o", "pool", "--prefix=pool", "--emit=so", "--cc=cc -O0",
                     "--target=scalar", *more)
            library = (self.folder / "pool/libpool.so").read_bytes()
            self.assertIn(b"pool_model\0", library)
            self.assertIn(b"xnc_pool_create\0", library)

    def test_only_bench_takes_lists(self):
        for command in ("run", "check", "analyze"):
            operands = [MINI, "x1.npy"] if command == "run" else [MINI]
            for option in ("--size=64,32", "--batch=1,2"):
                self.xnc(2, command, *operands, option)

    # ---- where results go ----

    def test_a_pipe_is_written_to_and_not_replaced(self):
        os.mkfifo(self.folder / "pipe")
        with subprocess.Popen(["cp", "pipe", "came"], cwd=self.folder):
            self.xnc(0, "seed-weights", MINI, "-o", "pipe")
        self.assertTrue((self.folder / "pipe").is_fifo())
        self.assertEqual((self.folder / "came").read_bytes(),
                         pathlib.Path(self.weights(MINI)).read_bytes())

    def test_a_place_that_cannot_be_written_is_told_before_the_work(self):
        """Else the network would run first; here it could not, for want of a compiler or an input."""
        (self.folder / "taken").mkdir()
        common = [MINI, "--weights", self.weights(MINI)]
        for words in (["run", *common, "none.npy"], ["interp", *common, "none.npy"],
                      ["report", *common, "--cc=false"], ["calibrate", *common, "--images=none.npy"]):  # fmt: skip
            told = self.xnc(1, *words, "-o", "taken").stderr
            self.assertIn("taken: error: is a folder\nhint: say the name of a file in it\n", told)
            told = self.xnc(1, *words, "-o", "missing/x").stderr
            self.assertIn("missing/x: error: cannot be written: No such file or directory\n", told)
            self.assertNotIn("none.npy", told)
        self.assertEqual(self.files("taken"), [])

    def test_a_full_disk_is_noticed(self):
        for words in (["list"], ["--help"], ["run", "--help"], ["--version"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([XNC, *words], stdout=full, stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 1, words)
        self.xnc(1, "seed-weights", MINI, "-o", "/dev/full")

    def test_a_limit_of_file_sizes_is_noticed(self):
        """As ulimit -f and batch systems set it: nothing half remains."""
        (self.folder / "small").mkdir()
        for words in (["seed-weights", MINI, "-o", "small/w"],
                      ["compile", MINI, "--weights", self.weights(MINI), "-o", "small"]):  # fmt: skip
            done = subprocess.run(
                [XNC, *words], cwd=self.folder, capture_output=True, text=True, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (99999, 99999)))  # fmt: skip
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, r"small/\S+: error: cannot be written: File too large\n")
            self.assertEqual(self.files("small"), [])

    # ---- run and interp ----

    def test_batches_and_threads_change_no_bit(self):
        common = ("run", MINI, "--weights", self.weights(MINI), "x3.npy", "x1.npy", "--cc=cc -O1")
        self.xnc(0, *common, "--output=all.npy")
        expected = numpy.load(self.path("all.npy"))
        self.assertEqual(expected.shape, (4, 10))
        for batch, threads in ((2, 1), (3, 2), (4, 7)):
            self.xnc(0, *common, f"--batch={batch}", f"--threads={threads}", "--output=other.npy")
            self.assertEqual(numpy.load(self.path("other.npy")).tobytes(), expected.tobytes())

    def test_interp_after_planning_is_what_runs(self):
        common = ("--weights", self.weights(LEGACY))
        self.xnc(0, "run", LEGACY, *common, "x3.npy", "--output=run.npy")
        self.xnc(0, "interp", LEGACY, *common, "x3.npy", "--output=plain.npy")
        self.xnc(0, "interp", LEGACY, *common, "x3.npy", "--output=planned.npy",
                 "--after=plan_memory")
        ran, plain, planned = (numpy.load(self.path(f"{name}.npy"))
                               for name in ("run", "plain", "planned"))
        self.assertEqual(ran.tobytes(), planned.tobytes())
        self.assertLess(abs(ran - plain).max(), 1e-4 * plain.std())

    def test_threads_of_interp_change_no_bit(self):
        for after in ("select_features", "plan_memory", "unroll"):
            results = set()
            for threads in (1, 2, 3):
                self.xnc(0, "interp", MINI, "--weights", self.weights(MINI), "x3.npy", "--batch=3",
                         f"--after={after}", f"--threads={threads}", "--output=y.npy",
                         "--target=x86-64-v4")
                results.add((self.folder / "y.npy").read_bytes())
            self.assertEqual(len(results), 1, after)

    def test_interp_lets_parameters_go_node_by_node(self):
        """All 42 million of xception71 take 340 MB as doubles; its largest layer takes 60."""
        self.save("x32.npy", numpy.zeros((1, 3, 32, 32)))
        most = 192 << 20
        done = subprocess.run(
            [XNC, "interp", "xception71", "x32.npy", "--size=32", "--after=plan_memory",
             "--output=y.npy"], cwd=self.folder, stderr=subprocess.PIPE, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_interp_after_lower_runs_the_kernels(self):
        for model, x, outputs, options, passes in (
                (MINI, "x1.npy", 1, ("--target=scalar",), ("unroll",)),
                (LEGACY, "x1.npy", 1, ("--target=x86-64-v3",), ("lower", "vectorize", "unroll")),
                (MINI, "x3.npy", 4, ("--target=x86-64-v4", "--features", "--batch=2"),
                 ("vectorize", "unroll"))):
            results = {}
            for name in ("plan_memory", *passes):
                done = self.xnc(0, "interp", model, "--weights", self.weights(model), x, *options,
                                f"--output={name}.npy", f"--after={name}", "--dump-changed")
                self.assertEqual("# after lower" in done.stderr, name != "plan_memory")
                files = [f"{name}.npy"] if outputs == 1 else [f"{name}.{i}.npy"
                                                              for i in range(outputs)]
                results[name] = [(self.folder / file).read_bytes() for file in files]
            for name in passes:
                self.assertEqual(results[name], results["plan_memory"], (model, name))

    def test_features_go_to_numbered_files(self):
        self.xnc(0, "run", MINI, "--weights", self.weights(MINI), "x3.npy", "--features",
                 "--output=f.npy")
        shapes = [numpy.load(self.path(f"f.{i}.npy")).shape for i in range(4)]
        self.assertTrue(all(shape[0] == 3 and len(shape) == 4 for shape in shapes), shapes)
        self.assertFalse((self.folder / "f.npy").exists())

    def test_the_top_five(self):
        done = self.xnc(0, "run", MINI, "--weights", self.weights(MINI), "x3.npy", "--json")
        images = json.loads(done.stdout)
        self.xnc(0, "run", MINI, "--weights", self.weights(MINI), "x3.npy", "--output=top.npy")
        logits = numpy.load(self.path("top.npy")).astype("float64")
        chances = numpy.exp(logits) / numpy.exp(logits).sum(1, keepdims=True)
        for image, row in zip(images, chances):
            self.assertEqual([t["class"] for t in image["top"]], list(numpy.argsort(-row)[:5]))
            for top in image["top"]:
                self.assertAlmostEqual(top["probability"], row[top["class"]], 5)
        text = self.xnc(0, "run", MINI, "--weights", self.weights(MINI), "x3.npy").stdout
        self.assertEqual(text.count("class"), 15)

    def test_labels_stand_beside_the_classes(self):
        (self.folder / "labels.txt").write_text("".join(f"id{i}\tthing {i}\n" for i in range(10)))
        common = ("run", MINI, "--weights", self.weights(MINI), "x1.npy")
        top = json.loads(self.xnc(0, *common, "--labels=labels.txt", "--json").stdout)[0]["top"]
        self.assertEqual([t["label"] for t in top], [f"thing {t['class']}" for t in top])
        text = self.xnc(0, *common, "--labels=labels.txt").stdout
        self.assertIn(f"class {top[0]['class']}  thing {top[0]['class']}\n", text)
        self.assertNotIn("thing", self.xnc(0, *common).stdout)

    def test_labels_that_do_not_fit(self):
        common = ("run", MINI, "--weights", self.weights(MINI), "x1.npy")
        (self.folder / "nine.txt").write_text("label\n" * 9)
        self.assertIn("has 9 labels, the network has 10 classes",
                      self.xnc(3, *common, "--labels=nine.txt").stderr)
        self.assertIn("cannot be opened", self.xnc(3, *common, "--labels=none.txt").stderr)

    def test_a_pooled_vector_has_no_top_five(self):
        mini = (ROOT / f"models/{MINI}.yaml").read_text()
        headless = re.sub("(?m)^head:.*", "head: {classes: 0}", mini)
        (self.folder / "headless.yaml").write_text(headless)
        self.xnc(0, "seed-weights", "headless.yaml", "-o", "headless.safetensors")
        common = ("run", "headless.yaml", "--weights=headless.safetensors", "x1.npy")
        self.assertIn("no classes to rank", self.xnc(2, *common).stderr)
        self.xnc(0, *common, "--output=pooled.npy")

    def test_names_that_are_not_unicode(self):
        name = b"\xff.npy"
        (self.folder / os.fsdecode(name)).write_bytes((self.folder / "x1.npy").read_bytes())
        done = self.xnc(0, "run", MINI, "--weights", self.weights(MINI), name, "--json")
        self.assertEqual(json.loads(done.stdout)[0]["input"], "?.npy")

    def test_inputs_that_do_not_fit(self):
        self.save("wide.npy", numpy.zeros((1, 3, 64, 65)))
        self.save("grey.npy", numpy.zeros((1, 1, 64, 64)))
        numpy.save(self.folder / "double.npy", numpy.zeros((1, 3, 64, 64)))
        common = ("run", MINI, "--weights", self.weights(MINI))
        self.assertIn("--size=64x65", self.xnc(3, *common, "wide.npy").stderr)
        self.xnc(0, *common, "wide.npy", "--size=64x65")
        for name in ("grey.npy", "double.npy", "missing.npy"):
            self.xnc(3, *common, name)
        self.xnc(2, "run", MINI, "x1.npy")
        self.xnc(2, *common, "x1.npy", "--features")
        self.xnc(2, "interp", MINI, "x1.npy")
        self.xnc(2, "interp", MINI, "x1.npy", "--output=y.npy", "--after=no_such_pass")
        self.xnc(1, *common, "x1.npy", "--output=/nowhere/y.npy")

    # ---- what compiles the C ----

    def test_doctor_finds_what_the_build_needed(self):
        findings = json.loads(self.xnc(0, "doctor", "--json").stdout)
        good = {finding["name"]: finding["good"] for finding in findings}
        for name in ("processor", "scalar", "C compiler", "sleef", "libraries", "cache"):
            self.assertTrue(good[name], name)

    def test_doctor_does_not_hold_targets_of_other_processors_against_this_cpu(self):
        findings = json.loads(self.xnc(0, "doctor", "--json").stdout)
        found = {finding["name"]: finding for finding in findings}
        rows = json.loads(self.xnc(0, "targets", "--json").stdout)
        here = "x86-64" if platform.machine() == "x86_64" else platform.machine()
        for row in rows:
            text = found[row["name"]]["text"]
            self.assertEqual("other processors" in text, row["family"] not in ("", here), text)
        for name, machine, *more in (("aarch64", "aarch64"), ("aarch64-dotprod", "aarch64"),
                                     ("aarch64-i8mm", "aarch64"),
                                     ("riscv64-v", "riscv64", "clang-19")):
            tools = [found[tool]["good"] for tool in (f"{machine}-linux-gnu-gcc", f"qemu-{machine}", *more)]
            self.assertEqual(found[name]["good"], all(tools) or machine == here)
        if found["riscv64-v"]["good"]:  # an emulator that runs it when asked for the right CPU
            self.assertIn("run by qemu-riscv64 -cpu rv64,v=true,", found["riscv64-v"]["text"])

    def test_facts_of_passes_make_a_chain(self):
        """What a pass needs one before it gives, and each fact is given once, by its own name."""
        given = []
        for row in json.loads(self.xnc(0, "passes", "--json").stdout):
            self.assertLessEqual(set(row["needs"].split()), set(given), row["name"])
            given += row["gives"].split()
        self.assertEqual(len(given), len(set(given)))
        told = {row["name"]: row["gives"] for row in json.loads(self.xnc(0, "passes", "--json").stdout)}
        self.assertEqual([told[name] for name in ("infer_shapes", "store_halves", "plan_memory", "lower", "unroll")],
                         ["shapes", "stored", "planned", "loops", "unrolled"])

    def test_a_program_is_for_one_machine(self):
        """NAME.c names the code of all targets, so those of two machines link on neither."""
        for emit in ("c", "obj"):
            told = self.xnc(2, "compile", MINI, "--target=scalar,aarch64-dotprod,x86-64-v3", f"--emit={emit}",
                            "-o", "two_machines").stderr
            self.assertEqual(told, "xnc compile: a program is for one machine: targets of aarch64 and of "
                                   "x86-64 need a compilation each\n")
            self.assertFalse((self.folder / "two_machines").exists())

    def test_a_compiler_with_many_words(self):
        for words, code in ((63, 0), (64, 1)):
            self.xnc(code, "run", MINI, "--weights", self.weights(MINI), "x1.npy",
                     "--target=scalar", "--cc=cc" + " -O0" * words)

    def test_no_place_for_a_cache_is_no_failure(self):
        (self.folder / "no_cache").mkdir()
        (self.folder / "no_cache/xnc").touch()
        before = os.environ["XDG_CACHE_HOME"]
        try:
            for place in ("no_cache", "no_cache/xnc"):
                os.environ["XDG_CACHE_HOME"] = str(self.folder / place)
                self.xnc(0, "run", MINI, "--weights", self.weights(MINI), "x1.npy",
                         "--target=scalar", "--cc=cc -O0")
        finally:
            os.environ["XDG_CACHE_HOME"] = before

    # ---- opt ----

    def test_opt_writes_where_output_says(self):
        text = self.xnc(0, "compile", MINI, "-o", "dumped", "--dump-after=fold_bn").stderr
        (self.folder / "folded.ir").write_text(text[text.index("graph "):])
        passes = ["--pass=fold_bn"] * 20
        self.assertEqual(self.xnc(0, "opt", "folded.ir", *passes, "-o", "again.ir").stdout, "")
        printed = self.xnc(0, "opt", "folded.ir").stdout
        self.assertEqual((self.folder / "again.ir").read_text(), printed)

    # ---- check ----

    def test_check_finds_everything_equal(self):
        for target in ("scalar", "native"):
            done = self.xnc(0, "check", MINI, "--weights", self.weights(MINI), "--json",
                            f"--target={target}", "--threads=3")
            result = json.loads(done.stdout)
            self.assertGreater(len(result["values"]), 20)
            self.assertTrue(all(v["compared"] and v["different"] == 0 for v in result["values"]))
            self.assertTrue(all(o["good"] for o in result["outputs"]))

    def test_check_with_every_activation(self):
        """relu is what all other tests use; sigmoid is the one that moves zero."""
        mini = (ROOT / f"models/{MINI}.yaml").read_text()
        for name in ("relu6", "silu", "gelu", "hard_swish", "sigmoid"):
            (self.folder / f"{name}.yaml").write_text(f"{mini}\nactivation: {name}\n")
            self.xnc(0, "check", f"{name}.yaml", "--threads=2", "--cc=cc -O1")

    def write_narrow(self, pool, activation="relu"):
        """Widths that are no multiples of any vector."""
        (self.folder / "narrow.yaml").write_text(
            "name: narrow\ntitle: t\ninput: {size: 7}\nnorm_eps: 1e-5\nstem: [{width: 17}]\n"
            f"activation: {activation}\nblocks: [{{widths: [17, 5, 33]}}]\n"
            f"head: {{pool: {pool}, classes: {0 if pool == 'none' else 3}}}\n")  # fmt: skip

    def test_check_reads_nothing_between_pixels(self):
        """What stands behind the last channel means nothing: kernels may leave it unwritten."""
        for pool in ("avg", "max", "avgmax", "catavgmax", "none"):
            self.write_narrow(pool)
            for target in ("scalar", "native"):
                self.xnc(0, "check", "narrow.yaml", f"--target={target}", "--cc=cc -O1")

    def test_check_with_no_finite_numbers(self):
        """Some outputs are NaN, or all of them are: that is right when the interpreter says so."""
        special = numpy.array([numpy.nan, numpy.inf, -numpy.inf, 3e38], numpy.float32)
        for activation in ("relu", "gelu", "silu", "hard_swish", "sigmoid"):
            self.write_narrow("none", activation)
            for count in (1, 4):
                x = numpy.zeros((1, 3, 7, 7), numpy.float32)
                x[0, 0, 0, :count] = special[:count]
                self.save("special.npy", x)
                self.xnc(0, "check", "narrow.yaml", "--input=special.npy", "--cc=cc -O1")

    def test_check_against_a_golden(self):
        common = ("--weights", self.weights(MINI))
        self.xnc(0, "interp", MINI, *common, "x1.npy", "--output=golden.npy")
        self.xnc(0, "check", MINI, *common, "--input=x1.npy", "--golden=golden.npy")
        golden = numpy.load(self.path("golden.npy"))
        spread = max(golden.std(), abs(golden).mean())
        golden[0, 3] += 0.9e-4 * spread
        self.save("near.npy", golden)
        golden[0, 3] += 0.2e-4 * spread
        self.save("far.npy", golden)
        self.xnc(0, "check", MINI, *common, "--input=x1.npy", "--golden=near.npy")
        self.xnc(4, "check", MINI, *common, "--input=x1.npy", "--golden=far.npy")
        self.xnc(3, "check", MINI, *common, "--input=x1.npy", "--golden=x1.npy")

    def test_check_says_how_far_fusing_moved_each_value(self):
        """Every value of the compiled graph is one of the described graph but for rounding: behind
        the norm, the sum and the activation that it took in, in each of the three styles. Only
        one side of a sum that a norm scales is none."""
        mini = (ROOT / f"models/{MINI}.yaml").read_text()
        before = mini.replace("blocks:", "block: {norm: before, shortcut_norm: false}\nblocks:", 1)
        before = re.sub(r"(?m)^features:.*\n", "", before)
        (self.folder / "before.yaml").write_text(before.replace(", activate: after", ""))
        for model in (MINI, LEGACY, "before.yaml"):
            found = json.loads(self.xnc(0, "check", model, "--json", "--target=scalar").stdout)
            for value in found["values"]:
                one_side = model == "before.yaml" and re.search("shortcut|conv3", value["name"])
                self.assertTrue(one_side or value["described_as"], value)
                self.assertLess(value["drift_relative"], 1e-4, value)
            names = {value["name"]: value["described_as"] for value in found["values"]}
            if model == MINI:
                self.assertEqual(names["stem.0.conv"], "stem.0.bn.act")
                self.assertEqual(names["blocks.0.stack.conv3.conv_pw"], "blocks.0")
                self.assertEqual(names["blocks.4.shortcut.conv"], "blocks.4")

    # ---- bench and analyze ----

    def test_analyze_knows_the_arena_of_so_many_threads(self):
        done = self.xnc(0, "bench", LEGACY, "--json", "--runs=1", "--threads=1,3,64")
        for row in map(json.loads, done.stdout.splitlines()):
            found = self.xnc(0, "analyze", LEGACY, "--json", f"--threads={row['threads']}").stdout
            self.assertEqual(json.loads(found)["arena_bytes"], row["arena_bytes"])

    def test_analyze_counts_the_scratch_of_a_region_for_each_thread(self):
        """The rings of xception41's region are what the arena of many threads is made of."""
        self.xnc(0, "compile", "xception41", "--target=scalar", "-o", "large")
        terms = re.findall(r"\.base = (\d+), \.per_thread = (\d+)",
                           (self.folder / "large/xception41.c").read_text())
        for threads in (1, 4, 64):
            found = self.xnc(0, "analyze", "xception41", "--target=scalar", "--json",
                             f"--threads={threads}").stdout
            self.assertEqual(json.loads(found)["arena_bytes"],
                             max(int(base) + threads * int(each) for base, each in terms))

    def test_analyze_predicts_cycles(self):
        """Those of a run are those of its layers; vectors of half the width take twice as many for
        products of f32, and int8 on a CPU with its instructions a third or less."""
        def cycles(*words, model="xception41"):
            found = json.loads(self.xnc(0, "analyze", model, "--json", *words).stdout)
            self.assertEqual(found["cycles"], sum(layer["cycles"] for layer in found["layers"]))
            return found["cycles"], {layer["name"]: layer["cycles"] for layer in found["layers"]}
        wide, layers = cycles("--target=x86-64-v4")
        narrow, of_narrow = cycles("--target=x86-64-v3")
        self.assertAlmostEqual(narrow / wide, 2, delta=0.1)
        name = "blocks.5.stack.conv2.conv_pw"
        self.assertGreater(layers[name], 361 * 728 * 728 / 32)  # two units of 16 lanes
        self.assertLess(layers[name], 1.15 * 361 * 728 * 728 / 32)
        _, bf16 = cycles("--target=x86-64-v4-bf16", "--precision=bf16")
        self.assertAlmostEqual(bf16[name] / layers[name], 0.52, delta=0.04)
        _, apart = cycles("--target=x86-64-v4", "--precision=bf16")
        self.assertGreater(apart[name], layers[name])
        twice, _ = cycles("--target=x86-64-v4", "--batch=2")
        self.assertAlmostEqual(twice / wide, 2, delta=0.1)

    def test_analyze_knows_matrix_registers(self):
        """Measured on a CPU with AMX (clock by the peak that bench tells): 50 million cycles for the network,
        0.78 for such a layer, of which multiplying takes 0.2; 1.3 for the last convolution but one, whose
        weights come from memory."""
        write_quant(XNC, "xception41", self.folder / "41.quant", 1)
        found = json.loads(self.xnc(0, "analyze", "xception41", "--json", "--precision=int8", "--quant=41.quant",
                                    "--target=x86-64-v4-amx").stdout)
        self.assertAlmostEqual(found["cycles"] / 50e6, 1, delta=0.15)
        layers = {layer["name"]: layer["cycles"] for layer in found["layers"]}
        self.assertAlmostEqual(layers["blocks.5.stack.conv2.conv_pw"] / 0.78e6, 1, delta=0.1)
        self.assertAlmostEqual(layers["blocks.12.stack.conv2.conv_pw"] / 1.32e6, 1, delta=0.1)

    def test_analyze_counts_parameters_as_published(self):
        """Running means and variances are no parameters, and one that two nodes of xception41p read
        counts once. Numbers of models/*.yaml."""
        for model, parameters in (("xception41", 26969560), ("xception41p", 26907752)):
            found = json.loads(self.xnc(0, "analyze", model, "--json").stdout)
            self.assertEqual(found["parameters"], parameters)

    def test_bench_prints_one_object_for_each_setting(self):
        done = self.xnc(0, "bench", MINI, "--weights", self.weights(MINI), "--json", "--runs=3",
                        "--threads=1,2", "--batch=1,2", "--layers")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(r["batch"], r["threads"]) for r in rows],
                         [(1, 1), (1, 2), (2, 1), (2, 2)])
        names = ("model target precision weights_type threads batch size runs min_ms median_ms p90_ms p99_ms "
                 "images_per_s macs gflops peak_gflops share_of_peak arena_bytes "
                 "arena_lower_bound_bytes weights_bytes rss_bytes open_ms cpu memory_gb_per_s layers").split()
        for row in rows:
            self.assertEqual(list(row), names)
            self.assertEqual((row["model"], row["size"], row["runs"]), (MINI, [64, 64], 3))
            self.assertLessEqual(row["min_ms"], row["median_ms"])
            self.assertLessEqual(row["p90_ms"], row["p99_ms"])
            self.assertEqual(sum(layer["macs"] for layer in row["layers"]), row["macs"])
            for layer in row["layers"]:
                self.assertEqual(list(layer), ["name", "op", "ms", "macs", "share_of_peak", "bytes",
                                               "share_of_roof"])
            self.assertAlmostEqual(row["gflops"], 2e-6 * row["macs"] / row["min_ms"], 3)
            self.assertAlmostEqual(row["share_of_peak"], row["gflops"] / row["peak_gflops"], 6)
            moved = sum(layer["bytes"] for layer in row["layers"])
            self.assertGreater(moved, row["weights_bytes"] - 64)
        text = self.xnc(0, "bench", MINI, "--runs=1").stdout
        self.assertIn("images/s", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
