# SPDX-License-Identifier: GPL-3.0-or-later
add_library(limbeck_options INTERFACE)
add_library(limbeck::options ALIAS limbeck_options)
target_compile_options(limbeck_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                                                 -Wno-missing-field-initializers  # GCC 12 warns at designated initialisers
                                                 $<$<BOOL:${LIMBECK_WARNINGS_AS_ERRORS}>:-Werror>)
if(LIMBECK_SANITIZE)
  target_compile_options(limbeck_options INTERFACE -fsanitize=${LIMBECK_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(limbeck_options INTERFACE -fsanitize=${LIMBECK_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
