# SPDX-License-Identifier: Apache-2.0
"""compile.py TEMPLATE OUT: makes one C function of an HTML template.

    <%! void view_plain(struct buf *b, const struct plain_view *v) %>   the function, first of all
    <% if (v->link.n) { %>                                              a piece of C
    <%= v->heading %>                                                   a value, escaped by its type (web/template.h)

Everything else is sent as it stands, but for indentation. A line that holds nothing but pieces of C leaves nothing. No
piece spans lines. What the compiler says about a piece names the line of the template."""

import os
import re
import sys

PIECE = re.compile(r"(<%.*?%>)")
ONLY_C = re.compile(r"(<%[^=].*?%>\s*)+")


def c_string(text):
    """The text as C string literals, a line of it each."""
    def escape(line):
        raw = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").encode()
        return "".join(chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in raw)
    return "\n        ".join(f'"{escape(line)}"' for line in text.splitlines(keepends=True))


class Writer:
    def __init__(self, name, out):
        self.name, self.out, self.html = name, out, ""

    def flush(self):
        if self.html:
            self.out.write(f"    buf_bytes(b, {c_string(self.html)}, {len(self.html.encode())});\n")
        self.html = ""

    def piece(self, text, number):
        self.flush()
        self.out.write(f'#line {number} "{self.name}"\n')
        form = {"!": "{}\n{{\n", "=": "    put(b, {});\n"}.get(text[2], "    {}\n")
        self.out.write(form.format(text[2:-2].lstrip("!=").strip()))

    def line(self, text, number):
        text = text.strip()
        if text and not ONLY_C.fullmatch(text):
            text += "\n"
        for part in PIECE.split(text):
            if PIECE.fullmatch(part):
                self.piece(part, number)
            else:
                self.html += part


def main():
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file, open(target, "w", encoding="utf-8") as out:
        out.write('#include "web/templates/parts.h"\n\n')
        writer = Writer(os.path.basename(source), out)
        for number, line in enumerate(file, 1):
            writer.line(line, number)
        writer.flush()
        out.write("}\n")


main()
