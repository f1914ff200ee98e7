/* check_images.c - --images and the options of pictures -> the images of a check. */
#include "check_images.h"

#include "requests.h"

/* Images are of use for another precision than f32, and for a network that tells classes. False
 * after a message. */
static bool images_fit(const Check *check, const char *command) {
    if (check_is_f32(check)) {
        fprintf(stderr,
                "xnc %s: --images compares another precision with f32: give --precision or "
                "--weights-type as well\n",
                command);
    } else if (!ranks_classes(check->plain)) {
        fprintf(stderr, "xnc %s: --images: there are no classes to compare with these options\n",
                command);
    } else {
        return true;
    }
    return false;
}

ExitCode check_find_images(Check *check, const Options *options) {
    const Work *work = check->work;
    BoxRequest box = box_request(options);
    if (options->images.count == 0) {
        return EXIT_DONE;
    }
    if (!images_fit(check, command_name(options->command))) {
        return EXIT_USAGE;
    }
    model_tell_preprocess(work, &check->model, check->plain);
    check->images = batches_find(work, check->plain, options->images.at, options->images.count);
    return check->images && batches_cut(work, check->images, &box) ? EXIT_DONE : EXIT_MODEL;
}
