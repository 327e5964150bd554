"""Runs memscope-cc --memscope-print-command on random and extreme command lines; it must
end with status 0, 2 or 4 each time, never by a signal."""
import os
import random
import subprocess
import tempfile

WORDS = ["-c", "-E", "-S", "-o", "-x", "c", "none", "-", "--", "a.c", "a.o", "@", "@@", "-l", "-lc",
         "-mllvm", "-memscope-x", "-Xclang", "-fsanitize=address,", "-fno-sanitize=all", "-fmemscope",
         "-fmemscope=", "-fmemscope=alloc", "-fmemscope-alloc=a:0", "-fno-memscope", "-shared",
         "-static", "-r", "-target", "--target=x86_64-linux-gnu", "", "'", '"', "\\", "\n", "\xff",
         "-fomit-frame-pointer", "--memscope-clang=", "--memscope-clang=/", "-m32", "-cc1", "a" * 5000]


def run(words, stdin=None):
    result = subprocess.run(["memscope-cc", "--memscope-print-command", *words],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, timeout=20)
    if result.returncode not in (0, 2, 4):
        raise SystemExit(f"status {result.returncode} for {words!r}")


random.seed(20)
with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    for _ in range(150):
        run(random.choices(WORDS, k=random.randrange(12)))
    for _ in range(50):
        with open("response", "wb") as file:
            file.write(bytes(random.choices(b" \t\n'\"\\@-cxo.\0\xff", k=random.randrange(200))))
        run(["@response", "-c", "a.c"])
    for depth in range(100):
        with open(f"nest{depth}", "w") as file:
            file.write(f"@nest{depth + 1} -c")
    run(["@nest0"])
    with open("large", "w") as file:
        file.write("-DX " * 200_000)
    run(["@large", "-c", "a.c"])
    run(["-D" + "x" * 100_000, "-c", "a.c"])
print("all survived")
