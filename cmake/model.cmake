# model.cmake - xnc_add_model() for projects that add_subdirectory() xnc: the function and its facts
# stand side by side in the build folder as they do in an installed package.
include(cmake/target_flags.cmake)
configure_file(cmake/xnc_facts.cmake.in model/xnc_facts.cmake @ONLY)
configure_file(cmake/xnc_add_model.cmake model/xnc_add_model.cmake COPYONLY)
include(${PROJECT_BINARY_DIR}/model/xnc_add_model.cmake)
