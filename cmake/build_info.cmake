# SPDX-License-Identifier: GPL-3.0-or-later
# limbeck::build_info: version, commit, compiler, build type. The commit is read when it changes, not at every build, and a new one
# compiles one file: git's log of HEAD, which every commit and checkout appends to, is what the generated header depends on.
#
# Run as a script (cmake -DOUTPUT=... -P) this file writes the header.
if(CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND git rev-parse HEAD WORKING_DIRECTORY ${SOURCE_DIR} OUTPUT_VARIABLE commit RESULT_VARIABLE result
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT result EQUAL 0)
    set(commit unknown)
  endif()
  file(WRITE ${OUTPUT} "#define LIMBECK_COMMIT \"${commit}\"\n")
  return()
endif()

set(commit_directory ${PROJECT_BINARY_DIR}/generated)
execute_process(COMMAND git rev-parse --git-path logs/HEAD WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE head_log
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(head_log)
  cmake_path(ABSOLUTE_PATH head_log BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(NOT EXISTS ${head_log})
    unset(head_log)
  endif()
endif()
add_custom_command(
  OUTPUT ${commit_directory}/limbeck_commit.h
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DOUTPUT=${commit_directory}/limbeck_commit.h
          -P ${CMAKE_CURRENT_LIST_FILE}
  DEPENDS ${head_log} ${CMAKE_CURRENT_LIST_FILE}
  COMMENT "Reading the commit" VERBATIM)

add_library(limbeck_build_info STATIC)
add_library(limbeck::build_info ALIAS limbeck_build_info)
target_sources(limbeck_build_info
  PRIVATE ${PROJECT_SOURCE_DIR}/core/base/build_info.cpp ${commit_directory}/limbeck_commit.h
  PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${PROJECT_SOURCE_DIR}/core/base/build_info.h)
target_include_directories(limbeck_build_info PRIVATE ${commit_directory})
target_compile_definitions(limbeck_build_info PRIVATE
  LIMBECK_VERSION="${PROJECT_VERSION}" LIMBECK_COMPILER="${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
  LIMBECK_BUILD_TYPE="$<CONFIG>")
target_link_libraries(limbeck_build_info PRIVATE limbeck::options)
