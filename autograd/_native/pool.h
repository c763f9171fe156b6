/* Memory for nodes: slabs of equal places, many slabs to an arena.

   A graph is made and dropped at every step of a training. The system's allocator would
   give its pages back each time and fault them in again, and a plain free list would
   hand out places in the order in which the last graph died, far from each other. Here
   places come from one slab until it is full, an empty slab starts again in order, and
   some empty arenas are kept. The GIL is held throughout. */
#include <Python.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AG_SLAB_BYTES 16384
#define AG_FIRST_PLACE 64   /* behind the slab's head, where any type may start */
#define AG_SLABS 64         /* in an arena: 1 MiB */
#define AG_KEPT_ARENAS 32   /* empty ones that are not given back */

struct ag_arena;

struct ag_slab {
    struct ag_slab *next, *previous; /* among those with free places */
    struct ag_arena *arena;
    void *freed;    /* places given back, each with a pointer to the next */
    char *fresh;    /* places never used since the slab was last empty */
    uint32_t used, linked;
};

struct ag_arena {
    char *memory, *first;
    int used; /* slabs with nodes in them */
};

static struct ag_slab ag_open = {&ag_open, &ag_open, NULL, NULL, NULL, 0, 1};
static int ag_empty_arenas = 0;

static void ag_link(struct ag_slab *slab) {
    slab->next = ag_open.next;
    slab->previous = &ag_open;
    ag_open.next->previous = slab;
    ag_open.next = slab;
    slab->linked = 1;
}

static void ag_unlink(struct ag_slab *slab) {
    slab->previous->next = slab->next;
    slab->next->previous = slab->previous;
    slab->linked = 0;
}

static struct ag_slab *ag_slab_at(struct ag_arena *arena, int i) {
    return (struct ag_slab *)(arena->first + (size_t)i * AG_SLAB_BYTES);
}

static int ag_new_arena(void) {
    int i;
    struct ag_arena *arena = (struct ag_arena *)malloc(sizeof *arena);
    if (arena == NULL) return -1;
    arena->memory = (char *)malloc((size_t)(AG_SLABS + 1) * AG_SLAB_BYTES);
    if (arena->memory == NULL) {
        free(arena);
        return -1;
    }
    arena->first = (char *)(((uintptr_t)arena->memory + AG_SLAB_BYTES - 1)
                            & ~(uintptr_t)(AG_SLAB_BYTES - 1));
    arena->used = 0;
    ag_empty_arenas++;
    for (i = AG_SLABS - 1; i >= 0; i--) {
        struct ag_slab *slab = ag_slab_at(arena, i);
        slab->arena = arena;
        slab->freed = NULL;
        slab->fresh = (char *)slab + AG_FIRST_PLACE;
        slab->used = 0;
        ag_link(slab);
    }
    return 0;
}

static void ag_give_back(struct ag_arena *arena) {
    int i;
    for (i = 0; i < AG_SLABS; i++) ag_unlink(ag_slab_at(arena, i));
    free(arena->memory);
    free(arena);
    ag_empty_arenas--;
}

/* A place of `size` bytes, always the same size; NULL where there is no memory left. */
static void *ag_take_place(size_t size) {
    struct ag_slab *slab = ag_open.next;
    void *place;
    if (slab == &ag_open) {
        if (ag_new_arena() < 0) return NULL;
        slab = ag_open.next;
    }
    if (slab->used++ == 0 && slab->arena->used++ == 0) ag_empty_arenas--;
    if (slab->freed != NULL) {
        place = slab->freed;
        slab->freed = *(void **)place;
    } else {
        place = slab->fresh;
        slab->fresh += size;
    }
    if (slab->freed == NULL && slab->fresh + size > (char *)slab + AG_SLAB_BYTES)
        ag_unlink(slab);
    return place;
}

static void ag_leave_place(void *place) {
    struct ag_slab *slab =
        (struct ag_slab *)((uintptr_t)place & ~(uintptr_t)(AG_SLAB_BYTES - 1));
    *(void **)place = slab->freed;
    slab->freed = place;
    if (!slab->linked) ag_link(slab);
    if (--slab->used == 0) {
        slab->freed = NULL;
        slab->fresh = (char *)slab + AG_FIRST_PLACE;
        if (--slab->arena->used == 0 && ++ag_empty_arenas > AG_KEPT_ARENAS)
            ag_give_back(slab->arena);
    }
}

#ifdef AG_PLAIN_MEMORY /* so that a sanitizer sees every node */
#define ag_take_place(size) malloc(size)
#define ag_leave_place(place) free(place)
#endif

static PyObject *ag_allocate(PyTypeObject *type, Py_ssize_t count) {
    void *place = ag_take_place((size_t)type->tp_basicsize);
    (void)count;
    if (place == NULL) return PyErr_NoMemory();
    memset(place, 0, (size_t)type->tp_basicsize);
    return PyObject_Init((PyObject *)place, type);
}

static void ag_deallocate(void *node) { ag_leave_place(node); }

/* Nodes of this type come from the pool, under the name that users know. */
static void ag_prepare(PyTypeObject *type, const char *name) {
    type->tp_name = name;
    type->tp_alloc = ag_allocate;
    type->tp_free = ag_deallocate;
}
