# SPDX-License-Identifier: Apache-2.0
# embed.py IN OUT NAME: writes the text of IN as a C string constant.
import sys

source, target, name = sys.argv[1:]
with open(source, encoding="utf-8") as text, open(target, "w", encoding="utf-8") as out:
    out.write(f"static const char {name}[] =\n")
    for line in text:
        line = line.rstrip("\n").replace("\\", "\\\\").replace('"', '\\"')
        out.write(f'    "{line}\\n"\n')
    out.write("    ;\n")
