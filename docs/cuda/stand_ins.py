"""Writes a stand-in of one CUDA library: stand_ins.py BINDINGS NAME FILE MISSING FOLDER

BINDINGS is cudarc's Rust file that declares the library's functions; NAME.S and NAME.c go to FOLDER. Every function is a
jump through a slot. At first a slot leads to code that loads FILE, puts the real function's address in the slot and goes
on there; where the library or the function is missing, the call returns MISSING, the library's own code for an error.
For x86-64 Linux alone.
"""

import pathlib
import re
import sys

# The integer and the vector registers that can hold arguments.
INTEGERS = ["%rdi", "%rsi", "%rdx", "%rcx", "%r8", "%r9"]
VECTORS = [f"%xmm{index}" for index in range(8)]


def declared(bindings):
    """The library's functions, in order of name."""
    return sorted(set(re.findall(r"\bfn ((?:cu[A-Z]|cublas|curand|nvrtc)\w+)\s*\(", bindings)))


def jumps(name, functions):
    """The functions themselves, and the way to the loader that keeps every argument."""
    text = [".text"]
    for index, function in enumerate(functions):
        text += [
            f".globl {function}",
            f".type {function}, @function",
            f"{function}:",
            f"    jmp *.Lslot{index}(%rip)",
            f".size {function}, .-{function}",
            f".Lfirst{index}:",
            f"    movl ${index}, %eax",
            "    jmp .Lload",
        ]
    saved = [(f"mov {register}", "mov", register, 8 * place) for place, register in enumerate(INTEGERS)]
    saved += [(f"movups {register}", "movups", register, 48 + 16 * place) for place, register in enumerate(VECTORS)]
    text += [".Lload:", "    push %rbp", "    mov %rsp, %rbp", "    and $-16, %rsp", "    sub $192, %rsp"]
    text += [f"    {save}, {place}(%rsp)" for save, _, _, place in saved]
    text += ["    mov %eax, %edi", "    lea .Lslots(%rip), %rsi", f"    call stand_in_{name}_resolve"]
    text += [f"    {move} {place}(%rsp), {register}" for _, move, register, place in saved]
    text += ["    mov %rbp, %rsp", "    pop %rbp", "    jmp *%rax", ".data", ".balign 8", ".Lslots:"]
    text += [f".Lslot{index}: .quad .Lfirst{index}" for index in range(len(functions))]
    text += ['.section .note.GNU-stack, "", @progbits', ""]
    return "\n".join(text)


LOADER = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {@names@};
static void *library;
static int tried;

static long missing(void) { return @missing@; }
static const char *missing_text(void) { return "@file@ could not be loaded"; }

static void open_from(const char *folder, const char *file, void **opened) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, file) < (int)sizeof path) *opened = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
}

/* Threads that come here together all find the same library. */
static int load(void) {
    if (!__atomic_load_n(&tried, __ATOMIC_ACQUIRE)) {
        const char *folder = getenv("GRN_CUDA_LIBS");
        void *opened = 0, *ignored = 0;
        /* nvrtc opens this one by its bare name. */
        if (folder && @is_nvrtc@) open_from(folder, "libnvrtc-builtins.so.13.0", &ignored);
        if (folder) open_from(folder, "@file@", &opened);
        if (!opened) opened = dlopen("@file@", RTLD_NOW | RTLD_GLOBAL);
        if (!opened && getenv("GRN_CUDA_DEBUG")) fprintf(stderr, "@name@: %s\\n", dlerror());
        __atomic_store_n(&library, opened, __ATOMIC_RELEASE);
        __atomic_store_n(&tried, 1, __ATOMIC_RELEASE);
    }
    return __atomic_load_n(&library, __ATOMIC_ACQUIRE) != 0;
}

__attribute__((visibility("hidden"))) void *stand_in_@name@_resolve(unsigned index, void **slots) {
    const char *name = names[index];
    void *found = load() ? dlsym(library, name) : 0;
    if (found) {
        __atomic_store_n(&slots[index], found, __ATOMIC_RELEASE);
        return found;
    }
    /* These return text, not a code. */
    int is_text = !strcmp(name, "nvrtcGetErrorString") || strstr(name, "GetStatusString") || strstr(name, "GetStatusName");
    return is_text ? (void *)missing_text : (void *)missing;
}
"""


def main():
    bindings, name, file, missing, folder = sys.argv[1:]
    functions = declared(pathlib.Path(bindings).read_text())
    if not functions:
        sys.exit(f"{bindings} declares no functions")
    folder = pathlib.Path(folder)
    (folder / f"{name}.S").write_text(jumps(name, functions))
    loader = LOADER
    words = {
        "names": ", ".join(f'"{function}"' for function in functions),
        "missing": missing,
        "file": file,
        "name": name,
        "is_nvrtc": str(int(name == "nvrtc")),
    }
    for word, value in words.items():
        loader = loader.replace(f"@{word}@", value)
    (folder / f"{name}.c").write_text(loader)
    print(f"{file}: {len(functions)} functions")


if __name__ == "__main__":
    main()
