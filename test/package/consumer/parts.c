#include <stdlib.h>
char *part;
void make_part(void) { part = malloc(40); }
