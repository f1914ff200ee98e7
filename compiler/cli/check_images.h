/* check_images.h - the images of check and report, on which a precision is compared with f32. */
#ifndef XNC_COMPILER_CHECK_IMAGES_H
#define XNC_COMPILER_CHECK_IMAGES_H

#include "check.h"
#include "options.h"

/* Finds those of --images, if any, for a check that is prepared: check->images. EXIT_DONE or why
 * not, after a message. */
ExitCode check_find_images(Check *check, const Options *options);

#endif
