// SPDX-License-Identifier: Apache-2.0
// Any file is a sound tree or a problem with a place and a text.
#include "codec/yaml.h"

#include "base/limits.h"
#include "fuzz.h"

static void check_tree(const struct node *n, unsigned depth)
{
    PROMISE(depth <= LIMIT_JSON_DEPTH && n->line > 0 && n->column > 0);
    PROMISE(n->kind != NODE_SCALAR || (!n->first && n->text.p && strlen(n->text.p) == n->text.n));
    for (const struct node *child = n->first; child; child = child->next) {
        PROMISE((child->key.p != NULL) == (n->kind == NODE_MAP));
        if (child->key.p) PROMISE(node_get(n, child->key.p) == child);
        check_tree(child, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct yaml_problem problem = {0};
    const struct node *root = NULL;
    arena_init(&arena, LIMIT_ARENA);
    enum status parsed = yaml_parse(fuzz_input(data, size), &arena, &root, &problem);
    PROMISE(parsed == OK || parsed == E_LIMIT || (parsed == E_INVALID && problem.line > 0 && problem.text[0]));
    if (parsed == OK && root->first) check_tree(root, 1);
    arena_release(&arena);
    return 0;
}
