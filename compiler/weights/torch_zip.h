/* torch_zip.h - a zip archive as torch writes it. Private to compiler/weights. */
#ifndef XNC_COMPILER_WEIGHTS_TORCH_ZIP_H
#define XNC_COMPILER_WEIGHTS_TORCH_ZIP_H

#include "zip.h"

/* Its tensors; NULL after a diagnostic, also where it is an archive of something else. */
TensorFile *torch_read_archive(Zip *zip);

#endif
