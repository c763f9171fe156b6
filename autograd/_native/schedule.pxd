"""Types that make autograd/compiling/schedule.py fast when it is compiled."""

cdef int CALL, FIELDS, GATHER, INPUTS, PARAMETERS
cdef int CONSTANT, INPUT, STOP, MUL, DOT, SUM, TAKE
cdef long long CONSTANTS, UNIFORM, VARYING
cdef int SORTED_FROM

cdef class Scheduler:
    cdef public object flow, tape, exact
    cdef public list slots, pool, constants, rows, counts, parameters
    cdef public bytearray uniform, reached
    cdef public tuple active, instructions, needs
    cdef public dict gathered
