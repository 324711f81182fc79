"""What is in the wheel, and what must not be."""

import json
import pathlib
import re
import unittest

from wheel.environment import REPOSITORY, contents, wheel

SCRIPTS = "grn_lang.data/scripts/"
SHARE = "grn_lang.data/data/share/jupyter/"


class Contents(unittest.TestCase):
    """The files, without installing them."""

    def test_programs_kernelspec_extension_and_lexer_are_there(self):
        names = contents().keys()
        programs = {name.removeprefix(SCRIPTS) for name in names if name.startswith(SCRIPTS)}
        self.assertEqual(programs, {"grn", "grn-kernel", "grn-rust-cells"})
        kernelspec = {name.removeprefix(SHARE + "kernels/grn/") for name in names if name.startswith(SHARE + "kernels/")}
        self.assertEqual(kernelspec, {"kernel.json", "logo-svg.svg", "logo-64x64.png", "logo-32x32.png"})
        extension = {name for name in names if name.startswith(SHARE + "labextensions/")}
        for name in ("package.json", "install.json", "static/remoteEntry.js", "static/plotly.min.js"):
            self.assertIn(f"{SHARE}labextensions/grn/{name}", extension)
        self.assertIn("grn_lang.data/purelib/grn_pygments/__init__.py", names)

    def test_the_kernelspec_names_a_program_relative_to_itself(self):
        description = json.loads(contents()[SHARE + "kernels/grn/kernel.json"])
        self.assertEqual(description["argv"][0], "{resource_dir}/../../../../bin/grn-kernel")
        self.assertEqual(description["display_name"], "grn")
        self.assertEqual(description["language"], "grn")
        self.assertEqual(description["interrupt_mode"], "message")

    def test_no_file_tells_where_it_was_built(self):
        build = [REPOSITORY / name for name in ("Cargo.toml", "grammar", "kernel", "src", "target")]
        tools = pathlib.Path.home() / ".cargo" / "bin"
        build += [tools.parent, pathlib.Path.home() / ".rustup"]
        for name, content in contents().items():
            # evcxr keeps where these two were, and takes them in nobody's home but the one that they are in.
            for tool in ("cargo", "rustc"):
                content = content.replace(str(tools / tool).encode(), b"")
            found = [str(path) for path in build if str(path).encode() in content]
            self.assertEqual(found, [], name)

    def test_nothing_is_left_over_from_development(self):
        unwanted = [name for name in contents() if re.search(r"__pycache__|\.map$|/node_modules/|/test", name)]
        self.assertEqual(unwanted, [])

    def test_the_tag_is_true_of_every_program(self):
        tag = re.search(r"manylinux_2_(\d+)_", wheel().name)
        if not tag:
            self.skipTest(f"{wheel().name} promises nothing")
        for name, content in contents().items():
            if name.startswith(SCRIPTS):
                needed = max(int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)", content))
                self.assertLessEqual(needed, int(tag.group(1)), f"{name} needs a newer glibc than {wheel().name} says")
