"""What reads arguments, for the interpreter of schedules."""

cdef bint read(structure, thing, list numbers, double **to, double *end) except -1
