/* decimal.h - a double -> the shortest decimal that strtod() reads back as the same double. */
#ifndef XNC_IR_DECIMAL_H
#define XNC_IR_DECIMAL_H

enum { DECIMAL_BYTES = 32 /* room for any such text and its NUL */ };

/* Writes it as "%g" does: "0.1", "1e+20", "3". */
void decimal_put(double number, char text[DECIMAL_BYTES]);

#endif
