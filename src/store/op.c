// SPDX-License-Identifier: Apache-2.0
#include "store/op.h"

#include "store/cache.h"

unsigned op_want(struct op *op, enum want_kind kind, struct str key0, struct str key1, struct str key2)
{
    assert(op->nwant < OP_WANTS_MAX);
    op->want[op->nwant] = (struct want){.kind = kind, .key = {key0, key1, key2}};
    return op->nwant++;
}

unsigned op_want_id(struct op *op, enum want_kind kind, int64_t id)
{
    assert(op->nwant < OP_WANTS_MAX);
    op->want[op->nwant] = (struct want){.kind = kind, .id = id};
    return op->nwant++;
}

unsigned op_want_list(struct op *op, enum want_kind kind, struct str key0, struct str key1, int64_t most)
{
    unsigned at = op_want(op, kind, key0, key1, (struct str){NULL, 0});
    op->want[at].id = most;
    return at;
}

struct write *op_write(struct op *op, enum write_kind kind)
{
    assert(op->nwrite < OP_WRITES_MAX);
    struct write *w = &op->write[op->nwrite++];
    *w = (struct write){.kind = kind};
    return w;
}

void op_release(struct op *op)
{
    for (unsigned i = 0; i < op->nwant; i++) {
        held_drop(op->want[i].held);
        op->want[i].held = NULL;
        op->want[i].row = NULL;
    }
}
