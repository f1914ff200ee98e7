/* dump.c - decodes and preprocesses pictures, for tests that compare with timm's values.
 *
 * Each line of standard input is a case:
 *   PATH HEIGHT WIDTH CROP_PCT INTERPOLATION CROP_MODE CHANNELS MEAN MEAN MEAN STD STD STD
 *   EXIF MARGIN BOX
 * on one line, where EXIF is 0 or 1 and BOX is x,y,w,h or "whole". For each, standard output gets a
 * line "WIDTH HEIGHT" of the decoded picture and then bytes: its pixels (RGB), the crop (8 bits),
 * the input of the network (f32). A picture that cannot be read is the line "refused"; why is on
 * standard error.
 */
#include <stdlib.h>
#include <string.h>

#include "picture.h"

typedef struct Case {
    char path[1024], interpolation[16], mode[16];
    xnc_preprocess how;
    int channels;
    BoxRequest box;
} Case;

static bool parse(const char *line, Case *job) {
    xnc_preprocess *how = &job->how;
    xnc_box *box = &job->box.box;
    char box_text[80];
    int fields =
        sscanf(line, "%1023s %d %d %lf %15s %15s %d %f %f %f %f %f %f %d %lf %79s", job->path,
               &how->height, &how->width, &how->crop_pct, job->interpolation, job->mode,
               &job->channels, &how->mean[0], &how->mean[1], &how->mean[2], &how->std[0],
               &how->std[1], &how->std[2], &how->exif, &how->margin, box_text);
    how->interpolation = job->interpolation;
    how->crop_mode = job->mode;
    job->box.given = fields == 16 && strcmp(box_text, "whole") != 0;
    return fields == 16 && (!job->box.given || sscanf(box_text, "%lf,%lf,%lf,%lf", &box->x, &box->y,
                                                      &box->width, &box->height) == 4);
}

static bool dump(Arena *arena, Diag *diag, const Case *job) {
    Picture picture;
    const Boxes *boxes;
    size_t elements = (size_t)job->channels * (size_t)job->how.height * (size_t)job->how.width;
    float *input = NEW_ARRAY(arena, float, elements);
    uint8_t *crop = NEW_ARRAY(arena, uint8_t, elements);
    if (!boxes_open(arena, diag, &job->box, &boxes) ||
        !picture_read(arena, diag, job->path, job->how.exif, &picture) ||
        !picture_input(arena, diag, job->path, &picture, &job->how, boxes, job->channels, input)) {
        puts("refused");
        return true;
    }
    xnc_image image = {picture.pixels, picture.width, picture.height, 3 * (size_t)picture.width,
                       XNC_RGB};
    if (boxes) {
        xnc_image_box(&image, &job->box.box, job->how.margin, &image);
    }
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
