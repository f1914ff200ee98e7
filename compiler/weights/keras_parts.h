/* keras_parts.h - what the files keras_*.c share. Private to compiler/weights. */
#ifndef XNC_COMPILER_WEIGHTS_KERAS_PARTS_H
#define XNC_COMPILER_WEIGHTS_KERAS_PARTS_H

#include "container.h"
#include "hdf5.h"
#include "keras.h"
#include "tensor_tree.h"
#include "zip.h"

/* Entries of an archive, and files of a folder. */
#define KERAS_WEIGHTS "model.weights.h5"
#define KERAS_CONFIG "config.json"
#define KERAS_METADATA "metadata.json" /* may be missing */

/* A file of Keras being read. */
typedef struct KerasReading {
    Reading reading; /* of the HDF5 file, which may be an entry of an archive */
    Hdf5 hdf5;
    TensorFile *file;
    KerasModel *model;
    Chunk *chunk;  /* that holds the HDF5 file; NULL: it is one itself */
    Map *seen;     /* objects that were read */
    int *layer_of; /* of each tensor */
    int walked;    /* layers of Keras 3, those without variables too */
} KerasReading;

/* ---- keras_variables.c ---- */
/* Begins a layer, to which keras_variable() adds. */
int keras_layer(KerasReading *at, KerasLayer layer);
/* Adds a dataset as the next variable of a layer, under a tensor's name. */
bool keras_variable(KerasReading *at, int layer, const char *name, const Hdf5Object *object);
/* False after a diagnostic where an object was read before: two names mean it. */
bool keras_once(KerasReading *at, const Hdf5Object *object);
/* When all layers are there: sorts the variables by them, and notes where each layer is found. */
void keras_gather(KerasReading *at);

/* ---- keras_by_name.c, keras_by_place.c ---- */
/* The layers below a group with the attribute layer_names, as Keras 2 writes them. */
bool keras_read_by_name(KerasReading *at, const Hdf5Object *group);
/* The layers in the group "layers" of the root, as Keras 3 writes them. */
bool keras_read_by_place(KerasReading *at, const Hdf5Object *layers);

/* ---- keras_hdf5.c ---- */
/* Reads the HDF5 file in an entry of an archive, or in a file of a folder. */
TensorFile *keras_read_entry(const Reading *reading, Chunk *chunk, KerasModel *model);

/* ---- keras_archive.c ---- */
/* Whether a zip archive is one of Keras, by the names of its entries; and its reader. */
bool keras_is_archive(const Zip *zip);
TensorFile *keras_read_archive(Zip *zip);
/* Takes the text of the network, or the version from the metadata. The version is for people: other
 * JSON is as if it were not there. */
bool keras_take_config(const Reading *reading, const Chunk *chunk, KerasModel *model);
bool keras_take_version(const Reading *reading, const Chunk *chunk, KerasModel *model);

/* ---- keras_folder.c ---- */
/* Reads a folder for which keras_is_folder() is true. */
TensorFile *keras_read_folder(Arena *arena, Diag *diag, const char *path);

#endif
