# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""A schedule replayed in C: the twin of autograd/compiling/interpreter.py.

What runs is in replay.h; here is what needs Python: Values, buffers, threads, errors.
The interface, and what it promises, is the other twin's.
"""

cimport cython
from cpython cimport array
from cpython.buffer cimport (
    PyBUF_STRIDES, PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer,
)
from cpython.exc cimport PyErr_CheckSignals
from cpython.list cimport PyList_GET_ITEM, PyList_GET_SIZE
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.stddef cimport ptrdiff_t, size_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

import sys
import time
from array import array as new_array

from autograd._native.arguments cimport read
from autograd._native.engine cimport (
    CONSTANT, GRAD_IS_VALUE, HAS_GRAD, Value, drop_gradient, gradients_that_are_values,
)
from autograd.compiling.interpreter import Program as InPython
from autograd.primitives import TABLE

cdef extern from "replay.h":
    const char *AG_TAPE_FINGERPRINT
    enum:
        AG_OWN, AG_CALL, AG_FIELDS, AG_MOST_SLOTS, AG_MOST_OPERATIONS
        AG_FAULT_NONE, AG_FAULT_WHOLE

    ctypedef struct ag_step:
        int n, m, out, extra
        int x[3]
        int s[3]
        int r[3]
        unsigned short op

    ctypedef struct ag_tape:
        int parameters, constants, varying, inputs, slots, uniform, count
        int exact, calls, rows
        double work
        int *fields
        int *pool
        int *guards
        int *outputs
        unsigned char *needs[2]
        double *numbers
        int pool_count, guard_count, output_count
        ptrdiff_t scratch
        ag_step *forward
        ag_step *reverse[2]
        ag_step *lanes_reverse[2]
        int reverse_count[2]
        int reverse_varying[2]

    ctypedef struct ag_run:
        double *v
        double *g
        double *partials
        int fault, fault_count
        double fault_index
        ptrdiff_t fault_sample, sample
        int (*call)(ag_run *, const ag_step *) noexcept
        void *owner
        void *error
        ag_run *next

    ctypedef struct ag_target:
        const char *name
        void (*forward)(const ag_step *, const ag_step *, ag_run *) noexcept nogil
        void (*reverse)(const ag_step *, const ag_step *, ag_run *) noexcept nogil

    ctypedef struct ag_column:
        const char *start
        ptrdiff_t stride
        char code

    ctypedef struct ag_job:
        const ag_tape *tape
        const ag_target *target
        const ag_column *columns
        const int *indices
        ptrdiff_t count, pitch
        int chunks, over_lanes, mode
        double seed
        int result_count
        double **results
        double **gradients
        int *classes
        double *adjoints
        double *sums
        ag_run *faults
        void *lock
        int stop

    ctypedef struct ag_worker:
        ag_job *job
        ag_run *run

    const ag_target ag_targets[]
    int ag_target_count() nogil
    int ag_check_tape(const ag_tape *, const int *, char *, size_t) nogil
    int ag_decode_forward(ag_tape *) nogil
    int ag_decode_reverse(ag_tape *, int) nogil
    int ag_decode_lanes(ag_tape *) nogil
    int ag_decode_lanes_reverse(ag_tape *, int) nogil
    void ag_free_tape(ag_tape *) nogil
    ag_run *ag_new_run(const ag_tape *, int) nogil
    void ag_free_run(ag_run *) nogil
    int ag_failed_guard(const ag_tape *, const double *) nogil
    int ag_size_of_code(int) nogil
    void ag_cut(ag_job *) nogil
    int ag_next_chunk(ag_job *) nogil
    void ag_run_chunk(const ag_job *, int, ag_run *) nogil
    void ag_start_worker(ag_worker *)
    void ag_join_worker(ag_worker *) nogil
    void ag_dismiss_worker(ag_worker *)
    double ag_collect(const ag_job *, ag_run *) nogil

    ctypedef struct ag_places:
        ptrdiff_t number, adjoint, flags
        int has_grad, constant

    ctypedef struct ag_tangents:
        const ag_tape *tape
        const double *v
        double *t
        double *g
        double *h
        double *scratch
        unsigned char *t_moves
        unsigned char *h_moves

    void ag_tangents_forward(const ag_tangents *)
    void ag_tangents_reverse(const ag_tangents *)

    void ag_read_numbers(ptrdiff_t, char **, ag_places, double *) nogil
    void ag_add_gradients(
        ptrdiff_t, char **, ag_places, int, const double *, double
    ) nogil

cdef extern from "pythread.h":
    void *PyThread_allocate_lock() nogil
    void PyThread_free_lock(void *) nogil
    unsigned long PyThread_get_thread_ident() nogil

FINGERPRINT = AG_TAPE_FINGERPRINT.decode()
if len(TABLE) != AG_OWN - 1:
    raise ImportError("the compiled interpreter was built from another table")

cdef object OTHER = -1  # what a call gives whose arguments have another structure

# Where a Value has what, for loops over them that touch no reference count
cdef Value SOME = Value(0.0)
cdef ag_places PLACES = ag_places(
    <char *> &SOME.number - <char *> <PyObject *> SOME,
    <char *> &SOME.adjoint - <char *> <PyObject *> SOME,
    <char *> &SOME.flags - <char *> <PyObject *> SOME,
    HAS_GRAD,
    CONSTANT,
)
cdef double LEAST = 500000  # operations that are worth a thread
cdef const ag_target *TARGET = &ag_targets[ag_target_count() - 1]


def targets():
    """The kinds of processor that this one is, the best of them last."""
    return [ag_targets[i].name.decode() for i in range(ag_target_count())]


def use(str target, double least=500000):
    """Run as if this were such a processor, and start threads for less: for tests."""
    global TARGET, LEAST
    TARGET, LEAST = &ag_targets[targets().index(target)], least


cdef damaged(reason):
    return ValueError(f"the tape is damaged: {reason}")


cdef int *ints(numbers, int *count) except NULL:
    """A copy of an array('i')."""
    cdef const int[::1] view = numbers
    cdef Py_ssize_t length = view.shape[0]
    if length > AG_MOST_SLOTS:
        raise damaged("it is too long")
    cdef int *copy = <int *> malloc((length + 1) * sizeof(int))
    if copy == NULL:
        raise MemoryError
    if length:
        memcpy(copy, &view[0], length * sizeof(int))
    count[0] = <int> length
    return copy


@cython.final
cdef class Held:
    """The memory of a thread's last run."""

    cdef ag_run *run
    cdef unsigned long thread

    def __dealloc__(self):
        ag_free_run(self.run)


cdef bint is_within(
    Py_ssize_t offset, Py_ssize_t stride, Py_ssize_t count, Py_ssize_t low,
    Py_ssize_t high,
):
    """Whether so many steps of a stride, at least one, stay between these ends."""
    if not low <= offset <= high:
        return False
    # in Python's whole numbers, which do not overflow, only where C's might
    if -(2 ** 31) < stride < 2 ** 31 and count < 2 ** 31 - 1:
        return low <= offset + stride * (count - 1) <= high
    return low <= offset + (<object> stride) * (count - 1) <= high


@cython.final
cdef class Columns:
    """The buffers of batches, held while it is there: a Program's columns, checked."""

    cdef Py_buffer *buffers
    cdef ag_column *columns
    cdef int held
    cdef Py_ssize_t count

    def __cinit__(self, list columns, Py_ssize_t count):
        cdef Py_ssize_t i, offset, stride, low, high, size
        cdef Py_ssize_t inputs = len(columns)
        cdef Py_buffer *buffer
        self.count = count
        self.buffers = <Py_buffer *> calloc(inputs + 1, sizeof(Py_buffer))
        self.columns = <ag_column *> calloc(inputs + 1, sizeof(ag_column))
        if self.buffers == NULL or self.columns == NULL:
            raise MemoryError
        for column in columns:
            thing, offset, stride, code = column
            if not isinstance(code, str) or len(code) != 1 or ord(code) > 127:
                raise ValueError(f"a column's format is one letter, not {code!r}")
            size = ag_size_of_code(ord(code))
            if size == 0:
                raise ValueError(
                    f"a column's format is one of dfbBhHiIlLqQ?, not {code!r}"
                )
            buffer = &self.buffers[self.held]
            PyObject_GetBuffer(thing, buffer, PyBUF_STRIDES)
            self.held += 1
            low, high = 0, buffer.itemsize
            for i in range(buffer.ndim):
                if buffer.shape[i] == 0:
                    high = 0
                    break
                if buffer.strides[i] < 0:
                    low += buffer.strides[i] * (buffer.shape[i] - 1)
                else:
                    high += buffer.strides[i] * (buffer.shape[i] - 1)
            if count == 0:
                offset = 0  # nothing is read
            elif not is_within(offset, stride, count, low, high - size):
                raise ValueError(
                    f"a column of {count} samples is not within its memory"
                )
            self.columns[self.held - 1].start = <const char *> buffer.buf + offset
            self.columns[self.held - 1].stride = stride
            self.columns[self.held - 1].code = <char> ord(code)

    def __len__(self):
        return self.held

    def __dealloc__(self):
        cdef int i
        for i in range(self.held):
            PyBuffer_Release(&self.buffers[i])
        free(self.buffers)
        free(self.columns)


@cython.final
cdef class Program:
    """A schedule that can be run; see autograd.compiling.interpreter.Program."""

    cdef ag_tape tape
    cdef bint over_lanes, lanes_are_known, are_leaves
    cdef PyObject **values  # the parameters, which the list keeps alive
    cdef list parameters, rows
    # the structure of arguments, which may be given as they are, in a tuple
    cdef public object arguments
    cdef tuple parts  # what the other twin is made from, if Python computes any row
    cdef object twin
    cdef ag_run *idle  # memory of earlier runs of one sample, and of batches
    cdef ag_run *idle_batches
    cdef dict held  # for each thread its last run
    cdef Held recent  # one of these
    cdef object __weakref__

    def __cinit__(
        self, instructions, pool, constants, layout, guards, outputs, needs, rows,
        parameters, exact=False,
    ):
        cdef ag_tape *tape = &self.tape
        cdef int length = 0, i
        cdef char reason[128]
        cdef const double[::1] numbers = constants
        self.held = {}
        self.rows, self.parameters = list(rows), list(parameters)
        if self.rows:
            self.parts = (
                *(instructions, pool, constants, layout, guards, outputs, needs),
                *(rows, parameters, exact),
            )
        if len(layout) != 6 or len(needs) != 2:
            raise damaged("the layout is six numbers, and the needs are two lists")
        p, c, u, inputs, slots, uniform = layout
        inner = p + c <= u <= u + inputs <= slots <= AG_MOST_SLOTS
        if min(layout) < 0 or not inner or inputs > AG_MOST_OPERATIONS:
            raise damaged(f"its layout is {layout}")
        tape.parameters, tape.constants, tape.varying = p, c, u
        tape.inputs, tape.slots = inputs, slots
        tape.exact, tape.rows = bool(exact), len(self.rows)
        tape.fields = ints(instructions, &length)
        tape.count = length // AG_FIELDS
        if length % AG_FIELDS or uniform > tape.count:
            raise damaged("its instructions are not as many as it says")
        tape.uniform = uniform
        tape.pool = ints(pool, &tape.pool_count)
        tape.guards = ints(guards, &length)
        if length % 4:
            raise damaged("a guard is cut off")
        tape.guard_count = length // 4
        tape.outputs = ints(outputs, &tape.output_count)
        if len(self.parameters) != p or numbers.shape[0] != c:
            raise damaged("its parameters or constants are not as many as it says")
        tape.numbers = <double *> malloc((tape.constants + 1) * sizeof(double))
        if tape.numbers == NULL:
            raise MemoryError
        for i in range(tape.constants):
            tape.numbers[i] = numbers[i]
        self.read_needs(0, needs[0])
        self.read_needs(1, needs[1])
        self.hold_parameters()
        cdef int *arities = <int *> malloc((tape.rows + 1) * sizeof(int))
        if arities == NULL:
            raise MemoryError
        try:
            for i in range(tape.rows):
                arity = self.rows[i].arity
                arities[i] = -1 if arity is None else arity
            length = ag_check_tape(tape, arities, reason, sizeof(reason))
        finally:
            free(arities)
        if length == 0:
            raise damaged((<bytes> reason).decode())
        if length < 0 or ag_decode_forward(tape) < 0:
            raise MemoryError

    cdef int read_needs(self, int mode, needs) except -1:
        cdef const int[::1] view = needs
        cdef int i, count = self.tape.count
        if view.shape[0] != count:
            raise damaged("its instructions are not as many as it says")
        self.tape.needs[mode] = <unsigned char *> malloc(count + 1)
        if self.tape.needs[mode] == NULL:
            raise MemoryError
        for i in range(count):
            if not 0 <= view[i] <= 7:
                raise damaged("an instruction's need is out of range")
            self.tape.needs[mode][i] = <unsigned char> view[i]
        return 0

    cdef int hold_parameters(self) except -1:
        cdef int i
        self.values = <PyObject **> malloc(
            (self.tape.parameters + 1) * sizeof(PyObject *)
        )
        if self.values == NULL:
            raise MemoryError
        for i, parameter in enumerate(self.parameters):
            if type(parameter) is not Value:
                raise TypeError(f"parameters: {parameter!r} is not a Value")
            self.values[i] = <PyObject *> parameter
        self.are_leaves = all([parameter.is_leaf for parameter in self.parameters])
        return 0

    def __dealloc__(self):
        free_runs(self.idle)
        free_runs(self.idle_batches)
        ag_free_tape(&self.tape)
        free(self.values)

    # --- memory of runs: a run has its own while it lasts, so that runs within runs,
    # --- and those of other threads, cannot disturb it

    cdef ag_run *start(self) except NULL:
        cdef ag_run *run = self.idle
        if run != NULL:
            self.idle = run.next
            return run
        return self.new_run(False)

    cdef void finish(self, ag_run *run) noexcept:
        if run != NULL:
            run.next = self.idle
            self.idle = run

    cdef ag_run *start_batch(self) except NULL:
        cdef ag_run *run = self.idle_batches
        if run != NULL:
            self.idle_batches = run.next
            return run
        return self.new_run(self.over_lanes)

    cdef void finish_batch(self, ag_run *run) noexcept:
        if run != NULL:
            run.next = self.idle_batches
            self.idle_batches = run

    cdef ag_run *new_run(self, bint with_lanes) except NULL:
        cdef ag_run *run = ag_new_run(&self.tape, with_lanes)
        if run == NULL:
            raise MemoryError("no memory left to run the tape")
        run.call = call_row
        run.owner = <void *> self  # which outlives the run
        return run

    cdef inline void read_parameters(self, ag_run *run) noexcept:
        ag_read_numbers(self.tape.parameters, <char **> self.values, PLACES, run.v)

    cdef bint read_inputs(self, ag_run *run, inputs) except -1:
        """Whether they are there now: arguments may have another structure."""
        cdef Py_ssize_t i, count = self.tape.inputs
        cdef double *to = run.v + self.tape.varying
        if type(inputs) is tuple and self.arguments is not None:
            return read(self.arguments, inputs, None, &to, to + count)
        if len(inputs) != count:
            raise ValueError(f"the tape takes {count} inputs, not {len(inputs)}")
        if type(inputs) is array.array and (<array.array> inputs).typecode == "d":
            if count:
                memcpy(
                    to, (<array.array> inputs).data.as_doubles, count * sizeof(double)
                )
            return True
        if type(inputs) is not list:
            inputs = list(inputs)
        for i in range(count):
            if PyList_GET_SIZE(inputs) != count:  # a conversion may do anything
                raise ValueError("the inputs have changed while they were read")
            thing = <object> PyList_GET_ITEM(inputs, i)
            to[i] = <double> thing
        return True

    cdef int run_forward(self, ag_run *run) except -2:
        """-1, or the guard that came out differently; the inputs are there already."""
        cdef ag_tape *tape = &self.tape
        self.read_parameters(run)
        run.fault = AG_FAULT_NONE
        TARGET.forward(tape.forward, tape.forward + tape.count, run)
        cdef int guard = -1
        if tape.guard_count:
            guard = ag_failed_guard(tape, run.v)
        if run.fault != AG_FAULT_NONE or run.error != NULL:
            report(run, guard < 0)
        return guard

    cdef int run_reverse(self, ag_run *run, int mode) except -1:
        """The outputs' adjoints are set already."""
        if self.tape.reverse[mode] == NULL:
            self.prepare(mode)
        cdef ag_step *steps = self.tape.reverse[mode]
        TARGET.reverse(steps, steps + self.tape.reverse_count[mode], run)
        return 0

    cdef int prepare(self, int mode) except -1:
        if self.tape.reverse[mode] == NULL and ag_decode_reverse(&self.tape, mode) < 0:
            raise MemoryError("no memory left to run the tape")
        return 0

    cdef void add(self, const double *adjoints, double scale) noexcept:
        cdef Py_ssize_t i
        if gradients_that_are_values():
            for i in range(self.tape.parameters):
                if (<Value> self.values[i]).flags & GRAD_IS_VALUE:
                    drop_gradient(<Value> self.values[i])
        ag_add_gradients(
            self.tape.parameters, <char **> self.values, PLACES, self.are_leaves,
            adjoints, scale,
        )

    cdef int add_into(self, const double *adjoints, sums, places) except -1:
        """The parameters' adjoints to their places in an array; -1: nowhere."""
        cdef double[::1] to = sums
        cdef const int[::1] at = places
        cdef Py_ssize_t i, count = len(sums)
        cdef int low = 0, high = -1
        if len(places) != self.tape.parameters:
            raise ValueError(
                f"the tape has {self.tape.parameters} parameters, and {len(places)} "
                "places"
            )
        for i in range(self.tape.parameters):
            low, high = min(low, at[i]), max(high, at[i])
        if low < -1 or high >= count:
            raise IndexError(f"a place is out of range for {count} sums")
        for i in range(self.tape.parameters):
            if at[i] >= 0:  # as add(): the first to come keeps the sign of its 0
                to[at[i]] = adjoints[i] + to[at[i]] if to[at[i]] != 0 else adjoints[i]
        return 0

    # --- one sample

    def forward(self, inputs):
        """Run; -1, or which guard was the first to come out differently."""
        cdef ag_run *run = self.start()
        cdef Held held
        try:
            self.read_inputs(run, inputs)
        except BaseException:
            self.finish(run)  # the last run stays what it was
            raise
        try:
            return self.run_forward(run)
        finally:
            held = self.held_here()
            if held is None:
                held = self.hold_here()
            self.finish(held.run)
            held.run = run

    cdef Held held_here(self):
        cdef unsigned long thread = PyThread_get_thread_ident()
        if self.recent is None or self.recent.thread != thread:
            self.recent = self.held.get(thread)
        return self.recent

    cdef Held hold_here(self):
        cdef Held held = Held()
        if len(self.held) > 32:  # threads that have ended may be among them
            alive = sys._current_frames()
            self.held = {k: kept for k, kept in self.held.items() if k in alive}
        held.thread = PyThread_get_thread_ident()
        self.recent = self.held[held.thread] = held
        return held

    cdef ag_run *last_run(self) except NULL:
        cdef Held held = self.held_here()
        if held is None:
            raise ValueError("nothing was run in this thread yet")
        return held.run

    def results(self):
        """The outputs' numbers, of this thread's last forward run."""
        return self.results_of(self.last_run())

    cdef list results_of(self, const ag_run *run):
        cdef int i
        return [run.v[self.tape.outputs[i]] for i in range(self.tape.output_count)]

    def reverse(self, int mode, seeds):
        """Adjoints by the parameters (mode 0) or by the inputs (mode 1)."""
        cdef array.array given = self.as_seeds(seeds)
        cdef ag_run *run = self.last_run()
        cdef int i
        check_mode(mode)
        memset(run.g, 0, self.tape.slots * sizeof(double))
        for i in range(self.tape.output_count):
            run.g[self.tape.outputs[i]] += given.data.as_doubles[i]
        self.run_reverse(run, mode)

    def input_gradients(self):
        """The inputs' adjoints, of this thread's last reverse run."""
        cdef int i
        cdef double *g = self.last_run().g + self.tape.varying
        return [g[i] for i in range(self.tape.inputs)]

    def parameter_gradients(self):
        """The parameters' adjoints, of this thread's last reverse run."""
        return doubles(self.tape.parameters, self.last_run().g)

    def add_gradients(self, double scale=1.0):
        """Add the parameters' adjoints to their grads, as backward() does."""
        self.add(self.last_run().g, scale)

    def jvp(self, direction):
        """The outputs' tangents along a direction of the inputs."""
        if self.rows:
            return self.in_python().jvp(direction)
        cdef Tangents tangents = Tangents(self, direction)
        ag_tangents_forward(&tangents.run)
        cdef const int *outputs = self.tape.outputs
        return [tangents.run.t[outputs[i]] for i in range(self.tape.output_count)]

    def hvp(self, direction, seeds):
        """The tangents of the inputs' adjoints along a direction of the inputs."""
        if self.rows:
            return self.in_python().hvp(direction, seeds)
        cdef array.array given = self.as_seeds(seeds)
        cdef Tangents tangents = Tangents(self, direction)
        cdef int i
        ag_tangents_forward(&tangents.run)
        for i in range(self.tape.output_count):
            tangents.run.g[self.tape.outputs[i]] += given.data.as_doubles[i]
        ag_tangents_reverse(&tangents.run)
        cdef double *h = tangents.run.h + self.tape.varying
        return [h[i] for i in range(self.tape.inputs)]

    cdef array.array as_seeds(self, seeds):
        cdef array.array given = new_array("d", seeds)
        if len(given) != self.tape.output_count:
            raise ValueError(
                f"{self.tape.output_count} seeds are wanted, not {len(given)}"
            )
        return given

    cdef in_python(self):
        """The other twin, after a run like the last: for rows that Python computes."""
        cdef ag_run *run = self.last_run()
        cdef int i
        inputs = [run.v[self.tape.varying + i] for i in range(self.tape.inputs)]
        if self.twin is None:
            self.twin = InPython(*self.parts)
        self.twin.forward(inputs)
        return self.twin

    def value(self, inputs):
        """The outputs' numbers; or the guard, an int, that came out differently."""
        cdef ag_run *run = self.start()
        cdef int guard
        try:
            if not self.read_inputs(run, inputs):
                return OTHER
            guard = self.run_forward(run)
            return guard if guard >= 0 else self.results_of(run)
        finally:
            self.finish(run)

    def backward(self, inputs, double seed=1.0):
        """Output 0, its gradients added; or the guard that came out differently."""
        cdef ag_run *run
        cdef int guard, slot
        self.need_output()
        run = self.start()
        try:
            if not self.read_inputs(run, inputs):
                return OTHER
            guard = self.run_forward(run)
            if guard >= 0:
                return guard
            slot = self.tape.outputs[0]
            memset(run.g, 0, self.tape.slots * sizeof(double))
            run.g[slot] = seed
            self.run_reverse(run, 0)
            self.add(run.g, 1.0)
            return run.v[slot]
        finally:
            self.finish(run)

    def gradient(self, inputs):
        """Output 0 and its derivatives by the inputs; or the guard that failed."""
        cdef ag_run *run
        cdef double *g
        cdef int guard, slot, i
        self.need_output()
        run = self.start()
        try:
            if not self.read_inputs(run, inputs):
                return OTHER
            guard = self.run_forward(run)
            if guard >= 0:
                return guard
            slot = self.tape.outputs[0]
            memset(run.g, 0, self.tape.slots * sizeof(double))
            run.g[slot] = 1.0
            self.run_reverse(run, 1)
            g = run.g + self.tape.varying
            return run.v[slot], [g[i] for i in range(self.tape.inputs)]
        finally:
            self.finish(run)

    def gradients_into(self, inputs, sums, places):
        """The outputs; output 0's adjoints go to sums[place] of each parameter.

        Or the guard, an int, that came out differently.
        """
        cdef ag_run *run
        cdef int guard
        self.need_output()
        run = self.start()
        try:
            if not self.read_inputs(run, inputs):
                return OTHER
            guard = self.run_forward(run)
            if guard >= 0:
                return guard
            memset(run.g, 0, self.tape.slots * sizeof(double))
            run.g[self.tape.outputs[0]] = 1.0
            self.run_reverse(run, 0)
            self.add_into(run.g, sums, places)
            return self.results_of(run)
        finally:
            self.finish(run)

    def repeat(self, inputs, int mode, Py_ssize_t count):
        """Seconds that so many forward and reverse runs take: for benchmarks."""
        cdef ag_run *run
        cdef ag_tape *tape = &self.tape
        cdef const ag_target *target = TARGET
        cdef Py_ssize_t i
        check_mode(mode)
        self.need_output()
        run = self.start()
        try:
            self.read_inputs(run, inputs)
            self.run_forward(run)
            start = time.perf_counter()
            for i in range(count):
                target.forward(tape.forward, tape.forward + tape.count, run)
                memset(run.g, 0, tape.slots * sizeof(double))
                run.g[tape.outputs[0]] = 1.0
                self.run_reverse(run, mode)
            return time.perf_counter() - start
        finally:
            self.finish(run)

    cdef int need_output(self) except -1:
        if self.tape.output_count == 0:
            raise ValueError("the tape has no output")
        return 0

    # --- batches

    def batch(self, columns, Py_ssize_t count, int threads=1, indices=None):
        """The outputs' numbers for each sample, an array for each output."""
        cdef Job job = Job(self, columns, count, indices)
        found = job.store_results(self.tape.output_count)
        job.run(threads)
        return found

    def classify(self, columns, Py_ssize_t count, int threads=1, indices=None):
        """For each sample the first guard that came out differently, or -1."""
        cdef Job job = Job(self, columns, count, indices)
        cdef array.array found = array.clone(new_array("i"), job.job.count, zero=False)
        job.job.classes = found.data.as_ints
        job.run(threads)
        return found

    def backward_batch(
        self, columns, Py_ssize_t count, double seed=1.0, int threads=1, indices=None
    ):
        """The sum of output 0 over the samples; their gradients are added."""
        cdef Job job
        self.need_output()
        job = Job(self, columns, count, indices)
        cdef double total = job.reduce(seed, threads)
        self.add(job.base.g, 1.0)
        return total

    def gradients_into_batch(
        self, columns, Py_ssize_t count, double seed, int threads, indices, sums, places
    ):
        """The sum of output 0 over the samples, and the outputs' numbers for each.

        Its adjoints go to sums[place] of each parameter.
        """
        cdef Job job
        self.need_output()
        job = Job(self, columns, count, indices)
        found = job.store_results(self.tape.output_count)
        cdef double total = job.reduce(seed, threads)
        self.add_into(job.base.g, sums, places)
        return total, found

    def gradient_batch(self, columns, Py_ssize_t count, int threads=1, indices=None):
        """Output 0 for each sample, and its derivative by each input."""
        cdef Job job
        self.need_output()
        job = Job(self, columns, count, indices)
        found = job.store_results(1)
        gradients = job.store_gradients()
        job.job.mode, job.job.seed = 1, 1.0
        job.run(threads)
        return found[0], gradients


@cython.final
cdef class Tangents:
    """Memory for the tangents of a thread's last run."""

    cdef ag_tangents run
    cdef double *memory

    def __cinit__(self, Program program, direction):
        cdef ag_tape *tape = &program.tape
        cdef array.array given = new_array("d", direction)
        cdef Py_ssize_t slots = tape.slots
        cdef int i
        self.run.tape, self.run.v = tape, program.last_run().v
        if len(given) != tape.inputs:
            raise ValueError(f"the tape takes {tape.inputs} inputs, not {len(given)}")
        self.memory = <double *> calloc(
            3 * slots + 2 * (tape.scratch + 1), sizeof(double)
        )
        self.run.t_moves = <unsigned char *> calloc(2 * slots + 1, 1)
        if self.memory == NULL or self.run.t_moves == NULL:
            raise MemoryError("no memory left to run the tape")
        self.run.t, self.run.g = self.memory, self.memory + slots
        self.run.h, self.run.scratch = self.memory + 2 * slots, self.memory + 3 * slots
        self.run.h_moves = self.run.t_moves + slots
        for i in range(tape.inputs):
            self.run.t[tape.varying + i] = given.data.as_doubles[i]
            self.run.t_moves[tape.varying + i] = given.data.as_doubles[i] != 0

    def __dealloc__(self):
        free(self.memory)
        free(self.run.t_moves)


cdef void free_runs(ag_run *run) noexcept:
    cdef ag_run *next
    while run != NULL:
        next = run.next
        ag_free_run(run)
        run = next


cdef int check_mode(int mode) except -1:
    if mode != 0 and mode != 1:
        raise ValueError(f"mode must be 0 or 1, not {mode!r}")
    return 0


cdef doubles(Py_ssize_t count, const double *numbers):
    cdef array.array made = array.clone(new_array("d"), count, zero=False)
    if count and numbers != NULL:
        memcpy(made.data.as_doubles, numbers, count * sizeof(double))
    return made


cdef int report(ag_run *run, bint raises) except -1:
    """Raise what went wrong first; or forget it, but for Ctrl-C and its like."""
    cdef int fault = run.fault
    error = None
    if run.error != NULL:
        error = <object> run.error
        Py_DECREF(error)
        run.error = NULL
    run.fault = AG_FAULT_NONE
    if error is not None and (raises or not isinstance(error, Exception)):
        raise error
    if raises and fault == AG_FAULT_WHOLE:
        raise TypeError(
            "take(xs, index): index must be a whole number, not "
            f"{run.fault_index!r}"
        )
    if raises and fault != AG_FAULT_NONE:
        raise IndexError(
            f"take(xs, index): index {run.fault_index:.0f} is out of range for "
            f"{run.fault_count} elements"
        )
    return 0


cdef int call_row(ag_run *run, const ag_step *step) noexcept:
    """A row without a kernel, in Python; without a step, forget what went wrong."""
    cdef Program program = <Program> run.owner
    cdef const int *operands
    cdef int i
    try:
        if step == NULL:
            report(run, False)
            return 0
        if step.op != AG_CALL:
            run_row(run, step)
            return 0
        operands = program.tape.pool + step.x[1]
        row = program.rows[step.x[0]]
        out, partials = row.at(*[run.v[operands[i]] for i in range(step.n)])
        if len(partials) != step.n:
            raise ValueError(
                f"the rule of {row.name!r} gave {len(partials)} local derivatives for "
                f"{step.n} operands"
            )
        for i in range(step.n):
            run.partials[step.extra + i] = <double> partials[i]
        run.v[step.out] = <double> out
        return 0
    except BaseException as error:
        Py_INCREF(error)
        run.error = <void *> error
        return -1


cdef int run_row(ag_run *run, const ag_step *step) except -1:
    """A reduction whose bits are Python's."""
    cdef const double *x
    cdef int j, k
    for j in range(step.m):
        x = run.v + step.x[0] + j * step.r[0]
        operands = [x[k * step.s[0]] for k in range(step.n)]
        run.v[step.out + j] = <double> TABLE[step.op - 1].at(*operands)[0]
    return 0


@cython.final
cdef class Job:
    """A batch, cut into chunks that threads share."""

    cdef ag_job job
    cdef Program program
    cdef Columns columns
    cdef ag_run *base  # what is uniform
    cdef array.array indices
    cdef list kept
    cdef double **results
    cdef double **gradients

    def __cinit__(self, Program program, columns, Py_ssize_t count, indices):
        cdef ag_tape *tape = &program.tape
        cdef Py_ssize_t i
        if count < 0:
            raise ValueError(f"count must not be below 0, but is {count}")
        self.program, self.kept = program, []
        if len(columns) != tape.inputs:
            raise ValueError(f"the tape takes {tape.inputs} inputs, not {len(columns)}")
        self.columns = (
            columns if type(columns) is Columns else Columns(list(columns), count)
        )
        if self.columns.count != count:
            raise ValueError(f"the columns have {self.columns.count} samples")
        self.job.tape, self.job.target = tape, TARGET
        self.job.columns = self.columns.columns
        self.job.count, self.job.mode = count, -1
        if indices is not None:
            self.indices = new_array("i", indices)
            for i in range(len(self.indices)):
                if not 0 <= self.indices.data.as_ints[i] < count:
                    raise IndexError(
                        f"indices: {self.indices[i]} is out of range for {count} "
                        "samples"
                    )
            self.job.indices = self.indices.data.as_ints
            self.job.count = len(self.indices)
        if not program.lanes_are_known:
            decoded = ag_decode_lanes(tape)
            if decoded < 0:
                raise MemoryError("no memory left to run the batch")
            program.over_lanes, program.lanes_are_known = decoded == 0, True
        self.job.over_lanes = program.over_lanes
        ag_cut(&self.job)
        self.job.sums = <double *> calloc(self.job.chunks + 1, sizeof(double))
        self.job.faults = <ag_run *> calloc(self.job.chunks + 1, sizeof(ag_run))
        self.job.lock = PyThread_allocate_lock()
        if self.job.sums == NULL or self.job.faults == NULL or self.job.lock == NULL:
            raise MemoryError("no memory left to run the batch")
        self.base = program.start_batch()

    def __dealloc__(self):
        free(self.job.sums)
        free(self.job.faults)
        free(self.job.adjoints)
        free(self.results)
        free(self.gradients)
        if self.program is not None:
            self.program.finish_batch(self.base)
        else:
            ag_free_run(self.base)
        if self.job.lock != NULL:
            PyThread_free_lock(self.job.lock)

    cdef list columns_of(self, int count, double ***pointers):
        cdef array.array column
        cdef int i
        pointers[0] = <double **> calloc(count + 1, sizeof(double *))
        if pointers[0] == NULL:
            raise MemoryError
        columns = []
        for i in range(count):
            column = array.clone(new_array("d"), self.job.count, zero=False)
            pointers[0][i] = column.data.as_doubles
            columns.append(column)
        self.kept.append(columns)
        return columns

    cdef list store_results(self, int count):
        found = self.columns_of(count, &self.results)
        self.job.results, self.job.result_count = self.results, count
        return found

    cdef list store_gradients(self):
        found = self.columns_of(self.program.tape.inputs, &self.gradients)
        self.job.gradients = self.gradients
        return found

    cdef int keep_adjoints(self) except -1:
        self.job.adjoints = <double *> calloc(
            <size_t> self.job.chunks * self.job.pitch + 1, sizeof(double)
        )
        if self.job.adjoints == NULL:
            raise MemoryError("no memory left to run the batch")
        return 0

    cdef double reduce(self, double seed, int threads) except? -1:
        """The sum of output 0 over the samples, its adjoints in the base run."""
        cdef ag_tape *tape = &self.program.tape
        self.keep_adjoints()
        self.job.mode, self.job.seed = 0, seed
        self.run(threads)
        cdef double total = ag_collect(&self.job, self.base)
        cdef ag_step *steps = tape.reverse[0]  # decoded for the job
        TARGET.reverse(
            steps + tape.reverse_varying[0], steps + tape.reverse_count[0], self.base
        )
        return total

    cdef int prepare(self) except -1:
        cdef ag_tape *tape = &self.program.tape
        cdef int mode = self.job.mode
        self.program.prepare(mode)
        if self.job.over_lanes and tape.lanes_reverse[mode] == NULL:
            if ag_decode_lanes_reverse(tape, mode) < 0:
                raise MemoryError("no memory left to run the batch")
        return 0

    cdef int run(self, int threads) except -1:
        cdef ag_tape *tape = &self.program.tape
        cdef ag_worker *workers
        cdef ag_run *base = self.base
        cdef int i, chunk
        cdef bint calls = tape.calls
        if threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        if self.job.mode >= 0:
            self.prepare()
        # a thread that has little to do costs more than it helps
        threads = <int> min(
            threads, self.job.chunks, 1 + self.job.count * tape.work / LEAST
        )
        if calls:
            threads = 1  # which has the GIL
        self.program.read_parameters(base)
        base.fault = AG_FAULT_NONE
        TARGET.forward(tape.forward, tape.forward + tape.uniform, base)
        report(base, self.job.classes == NULL and self.job.count > 0)
        workers = <ag_worker *> calloc(threads + 1, sizeof(ag_worker))
        if workers == NULL:
            raise MemoryError
        try:
            for i in range(threads - 1):
                workers[i].job = &self.job
                workers[i].run = self.program.start_batch()
                memcpy(workers[i].run.v, base.v, tape.varying * sizeof(double))
                ag_start_worker(&workers[i])
            while True:
                chunk = ag_next_chunk(&self.job)
                if chunk < 0:
                    break
                if calls:
                    ag_run_chunk(&self.job, chunk, base)
                    report(base, self.job.classes == NULL)
                else:
                    with nogil:
                        ag_run_chunk(&self.job, chunk, base)
                PyErr_CheckSignals()
        finally:
            self.job.stop = True
            with nogil:
                for i in range(threads - 1):
                    ag_join_worker(&workers[i])
            for i in range(threads - 1):
                ag_dismiss_worker(&workers[i])
                self.program.finish_batch(workers[i].run)
            free(workers)
        if self.job.classes == NULL:
            for i in range(self.job.chunks):
                report(&self.job.faults[i], True)
        return 0
