/* dump.c - decodes and preprocesses pictures, for tests that compare with timm's values.
 *
 * Each line of standard input is a case:
 *   PATH HEIGHT WIDTH CROP_PCT INTERPOLATION CROP_MODE CHANNELS MEAN MEAN MEAN STD STD STD
 * For each, standard output gets a line "WIDTH HEIGHT" of the decoded picture and then bytes: its
 * pixels (RGB), the crop (8 bits), the input of the network (f32). A picture that cannot be read is
 * the line "refused"; why is on standard error.
 */
#include <stdlib.h>
#include <string.h>

#include "picture.h"

typedef struct Case {
    char path[1024], interpolation[16], mode[16];
    xnc_preprocess how;
    int channels;
} Case;

static bool parse(const char *line, Case *job) {
    xnc_preprocess *how = &job->how;
    int fields = sscanf(line, "%1023s %d %d %lf %15s %15s %d %f %f %f %f %f %f", job->path,
                        &how->height, &how->width, &how->crop_pct, job->interpolation, job->mode,
                        &job->channels, &how->mean[0], &how->mean[1], &how->mean[2], &how->std[0],
                        &how->std[1], &how->std[2]);
    how->interpolation = job->interpolation;
    how->crop_mode = job->mode;
    return fields == 13;
}

static bool dump(Arena *arena, Diag *diag, const Case *job) {
    Picture picture;
    size_t elements = (size_t)job->channels * (size_t)job->how.height * (size_t)job->how.width;
    float *input = NEW_ARRAY(arena, float, elements);
    uint8_t *crop = NEW_ARRAY(arena, uint8_t, elements);
    if (!picture_read(arena, diag, job->path, &picture) ||
        !picture_input(arena, diag, job->path, &picture, &job->how, job->channels, input)) {
        puts("refused");
        return true;
    }
    xnc_image image = {picture.pixels, picture.width, picture.height, 3 * (size_t)picture.width,
                       XNC_RGB};
    size_t bytes = xnc_image_scratch_bytes(&job->how, job->channels, &image);
    if (xnc_image_crop(&job->how, job->channels, &image, arena_alloc(arena, bytes), bytes, crop) !=
        XNC_OK) {
        return false;
    }
    printf("%d %d\n", picture.width, picture.height);
    fwrite(picture.pixels, 3, (size_t)picture.width * (size_t)picture.height, stdout);
    fwrite(crop, 1, elements, stdout);
    fwrite(input, sizeof *input, elements, stdout);
    return true;
}

int main(void) {
    char line[2048];
    while (fgets(line, sizeof line, stdin)) {
        Case job = {.how = {.height = 0}};
        Arena *arena = arena_create();
        if (!arena || arena_protect(arena) || !parse(line, &job) ||
            !dump(arena, diag_create(arena, stderr), &job)) {
            fprintf(stderr, "cannot do: %s", line);
            return 1;
        }
        arena_destroy(arena);
    }
    return 0;
}
