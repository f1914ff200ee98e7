/* embed_table.h - what embed.cmake defines and embed.c searches. */
#ifndef XNC_COMPILER_EMBED_TABLE_H
#define XNC_COMPILER_EMBED_TABLE_H

#include "embed.h"

extern const EmbeddedFile embedded_files[];
extern const size_t embedded_files_count;

#endif
