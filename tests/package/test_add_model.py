#!/usr/bin/env python3
"""xnc_add_model(): what makes a network be compiled again, and what is wrong use.

Usage: test_add_model.py CMAKE SOURCE PREFIX WORK. Each test says in its name what holds; projects are
written into folders with a space in their names. Nothing of the networks' C is built here.
"""
import json
import os
import shutil
import subprocess
import time
import unittest

from package import CMAKE, PREFIX, SOURCE, XNC, fresh, run

PROJECT = """cmake_minimum_required(VERSION 3.25)
project(test LANGUAGES {language})
{package}
{call}
"""
FIND = "find_package(xnc REQUIRED)"
# The function alone needs no compiler, which takes a second to be found.
FUNCTION = "include(${xnc_DIR}/xnc_add_model.cmake)"


def configure(folder, call, language="C", package=FIND, settings=(), code=0):
    text = PROJECT.format(language=language, package=package, call=call)
    (folder / "CMakeLists.txt").write_text(text)
    said = run(CMAKE, "-S", folder, "-B", folder / "build", "-G", "Ninja",
               f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-Dxnc_DIR={PREFIX}/lib/cmake/xnc", *settings,
               code=code)
    return " ".join(said.split())


class WrongUse(unittest.TestCase):
    def refused(self, call, expected, **settings):
        settings = {"language": "NONE", "package": FUNCTION, **settings}
        said = configure(fresh("wrong use"), call, code=1, **settings)
        self.assertIn(expected, said)

    def test_an_unknown_keyword(self):
        self.refused("xnc_add_model(net MODEL xception_mini WEIGHT net.pth)",
                     "xnc_add_model(net): unknown argument 'WEIGHT', 'net.pth'; the keywords are")

    def test_a_keyword_without_its_value(self):
        self.refused("xnc_add_model(net MODEL)", "xnc_add_model(net): MODEL without a value")

    def test_no_model(self):
        self.refused("xnc_add_model(net WEIGHTS w.pth)", "xnc_add_model(net): MODEL is missing")

    def test_a_project_without_c(self):
        self.refused("xnc_add_model(net MODEL xception_mini)", "the project needs the language C")

    def test_weights_in_the_object_without_weights(self):
        self.refused("xnc_add_model(net MODEL xception_mini WEIGHTS_AS object)",
                     "WEIGHTS_AS object needs WEIGHTS", language="C")

    def test_golden_without_weights(self):
        self.refused("xnc_add_model(net MODEL xception_mini GOLDEN)", "GOLDEN needs WEIGHTS",
                     language="C")

    def test_inputs_without_golden(self):
        self.refused("xnc_add_model(net MODEL xception_mini INPUTS noise)",
                     "INPUTS are those of GOLDEN", language="C")

    def test_an_unknown_target(self):
        self.refused("xnc_add_model(net MODEL xception_mini TARGETS vax)",
                     "unknown target 'vax'; 'xnc targets' lists them", language="C")

    def test_native_among_others(self):
        self.refused("xnc_add_model(net MODEL xception_mini TARGETS native scalar)",
                     "TARGETS native stands alone", language="C")

    def test_a_cross_build_that_names_no_target(self):
        self.refused("xnc_add_model(net MODEL xception_mini)", "has to name its TARGETS",
                     language="C", settings=["-DCMAKE_SYSTEM_NAME=Linux",
                                             "-DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc"])

    def test_a_tool_that_does_not_run(self):
        self.refused("xnc_add_model(net MODEL xception_mini)", "which does not run here",
                     language="C", settings=["-DXNC_EXECUTABLE=/dev/null"])

    def test_a_tool_of_another_version(self):
        self.refused("xnc_add_model(net MODEL xception_mini)", "0.1.0 is needed", language="C",
                     settings=["-DXNC_EXECUTABLE=/bin/echo"])


class Rebuilds(unittest.TestCase):
    """A network is compiled again when something that it depends on is newer, and only then."""

    @classmethod
    def setUpClass(cls):
        cls.folder = fresh("a project")
        shutil.copyfile(SOURCE / "models" / "xception_mini.yaml", cls.folder / "my net.yaml")
        run(XNC, "seed-weights", cls.folder / "my net.yaml", "-o", cls.folder / "w.safetensors")
        hub = cls.folder / "a hub"
        hub.mkdir()
        shutil.copyfile(SOURCE / "examples/shapes/model.safetensors", hub / "model.safetensors")
        (hub / "config.json").write_text('{"architecture": "xception_mini", "num_classes": 10}')
        cls.tool = cls.folder / "xnc"
        shutil.copyfile(XNC, cls.tool)
        cls.tool.chmod(0o755)
        (cls.folder / "names.txt").write_text("".join(f"name {i}\n" for i in range(10)))
        shutil.copyfile(SOURCE / "examples/shapes/pictures/star/0.jpg", cls.folder / "a star.jpg")
        configure(cls.folder, 'xnc_add_model(net MODEL "./my net.yaml" WEIGHTS w.safetensors\n'
                  '              GOLDEN INPUTS zeros "a star.jpg" MEAN imagenet CROP_MODE squash\n'
                  '              EXIF MARGIN 1.3 WITH_LABELS LABELS names.txt)\n'
                  'xnc_add_model(hub MODEL "./a hub" SIZE 32x48 FEATURES 0 2 TARGETS scalar)\n'
                  "add_custom_target(blobs DEPENDS $<TARGET_PROPERTY:net,XNC_WEIGHTS>\n"
                  "                  $<TARGET_PROPERTY:hub,XNC_WEIGHTS>)",
                  settings=[f"-DXNC_EXECUTABLE={cls.tool}"])

    def build(self):
        return run(CMAKE, "--build", self.folder / "build", "--target", "blobs")

    def check_depends_on(self, name, *networks):
        self.build()
        self.assertNotIn("Compiling", self.build())
        later = time.time() + 1
        os.utime(self.folder / name, (later, later))
        said = self.build()
        self.assertEqual(said.count("Compiling the network"), len(networks), said)
        for network in networks:
            self.assertIn(network, said)
        now = time.time() - 1000
        os.utime(self.folder / name, (now, now))

    def test_the_description(self):
        self.check_depends_on("my net.yaml", "my net.yaml")

    def test_the_weights(self):
        self.check_depends_on("w.safetensors", "my net.yaml")

    def test_an_input_of_the_golden_program(self):
        self.check_depends_on("a star.jpg", "my net.yaml")

    def test_the_names_of_the_classes(self):
        self.check_depends_on("names.txt", "my net.yaml")

    def test_a_file_of_a_hub_folder(self):
        self.check_depends_on("a hub/config.json", "a hub")

    def test_xnc_itself(self):
        self.check_depends_on("xnc", "my net.yaml", "a hub")

    def test_options_reach_the_network(self):
        self.build()
        header = (self.folder / "build" / "xnc" / "hub" / "hub.h").read_text()
        self.assertIn("{ 1, 3, 32, 48 }", header)
        self.assertIn("#define HUB_OUTPUTS 2\n", header)
        self.assertIn('"name 9",', (self.folder / "build/xnc/net/net.h").read_text())
        source = (self.folder / "build/xnc/net/net.c").read_text()
        for fact in (".mean = {0.485f,", '.crop_mode = "squash"', ".margin = 1.3", ".exif = 1"):
            self.assertIn(fact, source)


class Flags(unittest.TestCase):
    def test_each_target_is_compiled_with_the_flags_that_xnc_lists(self):
        text = (PREFIX / "lib" / "cmake" / "xnc" / "xnc_facts.cmake").read_text()
        said = subprocess.run([XNC, "targets", "--json"], check=True, capture_output=True).stdout
        targets = json.loads(said)
        for target in targets:
            flags = ";".join(target["cc_flags"].split())
            self.assertIn(f'set(xnc_flags_{target["name"]} "{flags}")', text)
        self.assertEqual(text.count("set(xnc_flags_"), len(targets))


if __name__ == "__main__":
    unittest.main()
