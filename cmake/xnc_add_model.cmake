# xnc_add_model() - a trained network as a library of a CMake project.
#
#   xnc_add_model(NAME MODEL model [WEIGHTS file] [PREFIX prefix] [TARGETS target...]
#                 [WEIGHTS_AS file|object] [PRECISION f32|bf16|int8] [QUANT file]
#                 [WEIGHTS_TYPE f32|f16] [SIZE n|HxW] [BATCH n] [CLASSES n] [IN_CHANS n]
#                 [OUTPUT_STRIDE 8|16|32] [POOL kind] [FEATURES [index...]]
#                 [MEAN n,...] [STD n,...] [CROP_PCT n] [CROP_MODE mode] [INTERPOLATION filter]
#                 [MARGIN n] [EXIF] [WITH_LABELS [LABELS path]]
#                 [GOLDEN [INPUTS input...]])
#
# NAME becomes a static library: the network's C and the runtime, with the folder of PREFIX.h on the
# include path of whoever links it. The network is compiled when its description, the weights or xnc
# itself change.
#
#   MODEL       a name that 'xnc list' shows; or, with a slash or ending in .yaml, a path: of a
#               description, or of a folder with config.json and weights
#   WEIGHTS     the checkpoint; another command of the project may make it. Without it the C is
#               written alone
#   PREFIX      of symbols, macros and files; NAME, made a C identifier, by default
#   TARGETS     instruction sets that 'xnc targets' lists; 'native', that of this machine, by
#               default. A cross build has to name them. With several the program has code for each,
#               which share one blob, and runs the fastest that the CPU has the features for
#   WEIGHTS_AS  'file' (default): PREFIX.weights, to be opened at run time; 'object': also in the
#               program, as PREFIX_weights
#   QUANT       the numbers of the network's integers, with PRECISION int8: a file of xnc calibrate
#   GOLDEN      also builds the program NAME_golden, which compares what each layer computes with
#               digests of what xnc computed, for each target, and adds it as a test of that name. A
#               cross build runs it by CMAKE_CROSSCOMPILING_EMULATOR. A test of yours links the
#               library NAME_golden_run and calls PREFIX_golden_run() of PREFIX_golden.h. It needs
#               WEIGHTS
#   INPUTS      of GOLDEN: noise, zeros, extremes (all three by default), paths of arrays (.npy) and
#               pictures
#   LABELS      of WITH_LABELS: a file of names of the classes, or the folder of a data set
#   others      as the option of that name of 'xnc compile'
#
# Paths are relative to the current source folder. The target's property XNC_WEIGHTS holds the path
# of the blob, for install(FILES $<TARGET_PROPERTY:NAME,XNC_WEIGHTS> ...) and the like.
#
# XNC_EXECUTABLE is the compiler that runs on the build machine: that of a package of the build
# machine when the project is built for another.
#
# The file xnc_facts.cmake beside this one says what belongs to the version.

include(CheckCCompilerFlag)
include(CheckLibraryExists)

# An error of a call, with the name of the library that it is about.
function(xnc_model_error name text)
  message(FATAL_ERROR "xnc_add_model(${name}): ${text}")
endfunction()

# Another version of the tool would write C for another runtime, and a tool for another machine
# would fail in the middle of a build.
function(xnc_check_tool name)
  execute_process(COMMAND ${XNC_EXECUTABLE} --version OUTPUT_VARIABLE said ERROR_QUIET
                  RESULT_VARIABLE code OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    xnc_model_error(${name} "XNC_EXECUTABLE is '${XNC_EXECUTABLE}', which does not run here; \
set it to the xnc of this machine")
  elseif(NOT said STREQUAL "xnc ${xnc_version}")
    xnc_model_error(${name} "XNC_EXECUTABLE is '${XNC_EXECUTABLE}', which says '${said}'; \
xnc ${xnc_version} is needed")
  endif()
endfunction()

# What can be wrong with a call, apart from what xnc itself will say.
function(xnc_check_call name)
  if(model_UNPARSED_ARGUMENTS)
    list(JOIN model_UNPARSED_ARGUMENTS "', '" words)
    list(JOIN keywords ", " known)
    xnc_model_error(${name} "unknown argument '${words}'; the keywords are ${known}")
  elseif(model_KEYWORDS_MISSING_VALUES)
    list(REMOVE_ITEM model_KEYWORDS_MISSING_VALUES FEATURES)
    if(model_KEYWORDS_MISSING_VALUES)
      xnc_model_error(${name} "${model_KEYWORDS_MISSING_VALUES} without a value")
    endif()
  endif()
  if(NOT DEFINED model_MODEL)
    xnc_model_error(${name} "MODEL is missing")
  elseif(NOT CMAKE_C_COMPILER_LOADED)
    xnc_model_error(${name} "the project needs the language C: project(... LANGUAGES C ...)")
  elseif("${model_WEIGHTS_AS}" STREQUAL "object" AND "${blob}" STREQUAL "")
    xnc_model_error(${name} "WEIGHTS_AS object needs WEIGHTS")
  elseif(model_GOLDEN AND "${blob}" STREQUAL "")
    xnc_model_error(${name} "GOLDEN needs WEIGHTS")
  elseif(DEFINED model_INPUTS AND NOT model_GOLDEN)
    xnc_model_error(${name} "INPUTS are those of GOLDEN")
  endif()
endfunction()

function(xnc_check_targets name targets)
  if("native" IN_LIST targets AND CMAKE_CROSSCOMPILING)
    xnc_model_error(${name} "a build for another machine (${CMAKE_SYSTEM_PROCESSOR}) has to name \
its TARGETS; 'scalar' runs everywhere")
  endif()
  list(LENGTH targets count)
  if("native" IN_LIST targets AND count GREATER 1)
    xnc_model_error(${name} "TARGETS native stands alone: name what it means here")
  endif()
  foreach(target IN LISTS targets)
    if(NOT DEFINED xnc_flags_${target} AND NOT target STREQUAL "native")
      xnc_model_error(${name} "unknown target '${target}'; 'xnc targets' lists them")
    endif()
  endforeach()
endfunction()

# An absolute path; files that are yet to be made are in the build folder, as for DEPENDS.
function(xnc_absolute out path)
  cmake_path(ABSOLUTE_PATH path NORMALIZE OUTPUT_VARIABLE absolute)
  if(NOT EXISTS ${absolute})
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR} NORMALIZE
               OUTPUT_VARIABLE made)
    get_source_file_property(is_made ${made} GENERATED)
    if(is_made OR EXISTS ${made})
      set(absolute ${made})
    endif()
  endif()
  set(${out} ${absolute} PARENT_SCOPE)
endfunction()

# The C files that xnc writes for the targets. With several, the first one only chooses.
function(xnc_sources_of file targets out)
  set(sources ${file}.c)
  list(LENGTH targets count)
  if(count GREATER 1)
    foreach(target IN LISTS targets)
      string(MAKE_C_IDENTIFIER ${target} suffix)
      list(APPEND sources ${file}_${suffix}.c)
    endforeach()
  endif()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# The compiler's flags for one target's code. Kernels without optimization are of no use to anyone,
# so a build for debugging optimizes them too.
function(xnc_flags_of target out)
  set(flags -O3)
  if(target STREQUAL "native")
    check_c_compiler_flag(-march=native XNC_HAS_NATIVE)
    if(XNC_HAS_NATIVE)
      list(APPEND flags -march=native)
    endif()
  else()
    list(APPEND flags ${xnc_flags_${target}})
  endif()
  set(${out} ${flags} PARENT_SCOPE)
endfunction()

# Some activations need SLEEF, which only the written C knows: it is linked where it is there and
# used.
function(xnc_link_model name runtime)
  target_link_libraries(${name} PUBLIC ${runtime} m)
  check_library_exists(sleef Sleef_finz_expf1_u10purecfma "" XNC_HAS_SLEEF)
  if(XNC_HAS_SLEEF)
    target_link_libraries(${name} PUBLIC
                          "-Wl,--push-state,--as-needed" sleef "-Wl,--pop-state")
  endif()
endfunction()

# The assembler finds the blob by its bare name in the folder. The language is C, so that no project
# has to enable another one.
function(xnc_add_stub name stub folder blob)
  set_source_files_properties(${stub} PROPERTIES LANGUAGE C OBJECT_DEPENDS ${blob}
                              COMPILE_OPTIONS "-x;assembler-with-cpp;-Wa,-I${folder}")
  target_sources(${name} PRIVATE ${stub})
endfunction()

# From the arguments of a call: what xnc is called with, what that depends on, where the blob will be.
macro(xnc_model_command)
  list(JOIN model_TARGETS "," targets)
  set(command compile --prefix=${model_PREFIX} --target=${targets} -o ${folder})
  set(depends "")
  set(blob "")
  set(model "${model_MODEL}")
  if(model MATCHES "/|\\.ya?ml$")
    xnc_absolute(model ${model})
    set(depends ${model})
    if(IS_DIRECTORY ${model})
      file(GLOB depends CONFIGURE_DEPENDS ${model}/*)
      set(blob ${file}.weights)
    endif()
  endif()
  if(NOT "${model_WEIGHTS}" STREQUAL "")
    xnc_absolute(weights ${model_WEIGHTS})
    list(APPEND command --weights=${weights})
    list(APPEND depends ${weights})
    set(blob ${file}.weights)
  endif()
  if(NOT "${model_QUANT}" STREQUAL "")
    xnc_absolute(quant ${model_QUANT})
    list(APPEND command --quant=${quant})
    list(APPEND depends ${quant})
  endif()
  foreach(option IN LISTS options)
    if(DEFINED model_${option})
      string(TOLOWER ${option} flag)
      string(REPLACE _ - flag ${flag})
      list(APPEND command --${flag}=${model_${option}})
    endif()
  endforeach()
  foreach(option IN LISTS switches)
    if(model_${option})
      string(TOLOWER ${option} flag)
      string(REPLACE _ - flag ${flag})
      list(APPEND command --${flag})
    endif()
  endforeach()
  if(DEFINED model_LABELS)
    xnc_absolute(labels ${model_LABELS})
    list(APPEND command --labels=${labels})
    list(APPEND depends ${labels})
  endif()
  if(DEFINED model_FEATURES)
    list(JOIN model_FEATURES "," indexes)
    list(APPEND command --features=${indexes})
  elseif("FEATURES" IN_LIST model_KEYWORDS_MISSING_VALUES)
    list(APPEND command --features)
  endif()
endmacro()

# The inputs of GOLDEN become part of the command, those that are files what it depends on.
macro(xnc_golden_command)
  set(inputs "")
  foreach(input IN LISTS model_INPUTS)
    if(NOT input MATCHES "^(noise|zeros|extremes)$")
      xnc_absolute(input ${input})
      list(APPEND depends ${input})
    endif()
    list(APPEND inputs ${input})
  endforeach()
  list(JOIN inputs "," inputs)
  if(inputs)
    set(inputs "=${inputs}")
  endif()
  list(APPEND command --with-golden${inputs})
endmacro()

# The program and the library take the objects of the network, and the runtime with the callback after
# each layer in place of the network's. Threads share the work even where there is one CPU.
function(xnc_add_golden name file folder blob)
  set(parts ${file}_golden.c $<TARGET_OBJECTS:${name}>)
  add_executable(${name}_golden ${parts})
  add_library(${name}_golden_run STATIC EXCLUDE_FROM_ALL ${parts})
  target_compile_definitions(${name}_golden_run PRIVATE XNC_GOLDEN_NO_MAIN)
  foreach(target ${name}_golden ${name}_golden_run)
    target_compile_features(${target} PRIVATE c_std_11)
    target_compile_options(${target} PRIVATE -fno-fast-math)
    target_include_directories(${target} PUBLIC ${folder})
    xnc_link_model(${target} xnc::runtime_profile)
  endforeach()
  if("${model_WEIGHTS_AS}" STREQUAL "object")
    set(blob -) # in the program
  endif()
  add_test(NAME ${name}_golden COMMAND ${name}_golden ${blob} 2)
endfunction()

# The library of what xnc will write.
macro(xnc_model_library)
  add_library(${name} STATIC ${sources} ${file}.h)
  set(kernels ${sources})
  list(LENGTH kernels count)
  if(count GREATER 1)
    list(POP_FRONT kernels)
  endif()
  foreach(source target IN ZIP_LISTS kernels model_TARGETS)
    xnc_flags_of(${target} flags)
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${flags}")
  endforeach()
  if("${model_WEIGHTS_AS}" STREQUAL "object")
    xnc_add_stub(${name} ${file}_weights.S ${folder} ${blob})
  endif()
  target_compile_features(${name} PRIVATE c_std_11)
  target_compile_options(${name} PRIVATE -fno-fast-math) # which they refuse
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${folder}>)
  set_target_properties(${name} PROPERTIES XNC_WEIGHTS "${blob}" XNC_PREFIX ${model_PREFIX}
                                           POSITION_INDEPENDENT_CODE ON)
  xnc_link_model(${name} xnc::runtime)
endmacro()

function(xnc_add_model name)
  include(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/xnc_facts.cmake)
  set(options PRECISION WEIGHTS_TYPE SIZE BATCH CLASSES IN_CHANS OUTPUT_STRIDE POOL WEIGHTS_AS MEAN STD
              CROP_PCT CROP_MODE INTERPOLATION MARGIN)
  set(switches EXIF WITH_LABELS)
  set(keywords MODEL WEIGHTS QUANT PREFIX TARGETS FEATURES LABELS ${options} ${switches} GOLDEN INPUTS)
  cmake_parse_arguments(PARSE_ARGV 1 model "GOLDEN;${switches}" "MODEL;WEIGHTS;QUANT;PREFIX;LABELS;${options}"
                        "TARGETS;FEATURES;INPUTS")
  if(NOT DEFINED model_PREFIX)
    string(MAKE_C_IDENTIFIER "${name}" model_PREFIX)
  endif()
  if(NOT DEFINED model_TARGETS)
    set(model_TARGETS native)
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/xnc/${name})
  set(file ${folder}/${model_PREFIX})
  list(REMOVE_DUPLICATES model_TARGETS)
  xnc_model_command()
  if(model_GOLDEN)
    xnc_golden_command()
  endif()
  xnc_check_call(${name})
  xnc_check_targets(${name} "${model_TARGETS}")
  set(tool xnc)
  if(NOT TARGET xnc)
    xnc_check_tool(${name})
    set(tool ${XNC_EXECUTABLE})
  endif()
  xnc_sources_of(${file} "${model_TARGETS}" sources)
  set(written ${sources} ${file}.h ${blob})
  if("${model_WEIGHTS_AS}" STREQUAL "object")
    list(APPEND written ${file}_weights.S)
  endif()
  if(model_GOLDEN)
    list(APPEND written ${file}_golden.c ${file}_golden.h)
  endif()
  add_custom_command(
    OUTPUT ${written} COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND ${tool} ${command} -- ${model} DEPENDS ${tool} ${depends}
    COMMENT "Compiling the network ${model_MODEL} for ${targets}" VERBATIM)
  xnc_model_library()
  if(model_GOLDEN)
    xnc_add_golden(${name} ${file} ${folder} ${blob})
  endif()
endfunction()
