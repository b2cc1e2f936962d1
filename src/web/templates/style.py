# SPDX-License-Identifier: Apache-2.0
"""style.py CSS OUT: the style sheet as C, without comments and indentation, and a name for this very text of it."""

import hashlib
import re
import sys

source, target = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    css = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
lines = [line.strip() for line in css.splitlines() if line.strip()]
name = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
with open(target, "w", encoding="utf-8") as out:
    out.write('#include "web/assets.h"\n\n')
    out.write(f'const char assets_css_name[] = "{name}";\n')
    out.write("const char assets_css[] =\n")
    for line in lines:
        out.write('    "' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"\n')
    out.write("    ;\nconst size_t assets_css_size = sizeof assets_css - 1;\n")
