// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer: runs the target on every file of the folders given, each input ending at a guard page.
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "guard.h"

enum { INPUT_MAX = 1 << 20 };

static bool run_file(const char *path)
{
    static char text[INPUT_MAX];
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    size_t n = fread(text, 1, sizeof text, f);
    bool good = !ferror(f);
    fclose(f);
    // libFuzzer prints the input that crashed; here the last line does.
    fprintf(stderr, "%s\n", path);
    if (good) LLVMFuzzerTestOneInput((const uint8_t *)guard_copy(text, n), n);
    return good;
}

// Answers the number of inputs, or -1.
static int run_folder(const char *folder)
{
    char path[4096];
    struct stat st;
    int count = 0;
    DIR *d = opendir(folder);
    if (!d) return -1;
    for (struct dirent *e; (e = readdir(d));) {
        int n = snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (n < 0 || (size_t)n >= sizeof path || stat(path, &st) || !S_ISREG(st.st_mode)) continue;
        if (!run_file(path)) {
            count = -1;
            break;
        }
        count++;
    }
    closedir(d);
    return count;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int count = run_folder(argv[i]);
        if (count < 0) fprintf(stderr, "%s: cannot be read\n", argv[i]);
        if (count < 0) return 1;
        total += count;
    }
    fprintf(stderr, "%d inputs\n", total);
    return total == 0; // a corpus that is not there tests nothing
}
