/* report_page.h - the page of xnc report: a template in the tool, filled.
 */
#ifndef XNC_COMPILER_REPORT_PAGE_H
#define XNC_COMPILER_REPORT_PAGE_H

#include <stdio.h>

#include "diag.h"
#include "json_out.h"

/* Writes compiler/report/page/page.html with its holes filled: {{title}} is the title, {{data}} the
 * JSON, both escaped so that no text in them can end the element around it, and {{FILE}} the file
 * of that name beside the template. Errors stay in the stream. */
void report_page(FILE *out, Arena *arena, const char *title, const json_t *data);

#endif
