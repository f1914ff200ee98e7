/* name_order.h - the order in which timm numbers the folders of a data set. */
#ifndef XNC_COMPILER_NAME_ORDER_H
#define XNC_COMPILER_NAME_ORDER_H

/* Below 0 when a comes before b, above 0 when it comes after it, 0 when they are equal. */
int name_order(const char *a, const char *b);

#endif
