// A shared object built with memscope-cc and loaded later adds its names to those of the
// executable, also after it was closed again.
// REQUIRES: plugin
// RUN: memscope-cc -g -O1 -fPIC -shared -Wl,-z,defs -DPLUGIN %s -o %t.so
// RUN: memscope-cc -g -O1 %s -o %t && memscope run -q -o %t.mscope -- %t %t.so
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef PLUGIN
struct state { char *text; };
struct state *plugin_state;
void plugin_start(void) {
  // CHECK-DAG: {{^}}  plugin_state {{ *}}struct state {{ *}}{{[^ ]*}}:[[@LINE+1]]:18 {{ *}}plugin_start {{ *}}1 {{ *}}8 B
  plugin_state = malloc(sizeof *plugin_state);
  // CHECK-DAG: {{^}}  plugin_state->text {{ *}}char[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:24 {{ *}}plugin_start {{ *}}1 {{ *}}30 B
  plugin_state->text = malloc(30);
}
#else
char *after;
int main(int argc, char **argv) {
  void *plugin = dlopen(argv[argc - 1], RTLD_NOW);
  if (!plugin) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  void (*start)(void) = (void (*)(void))dlsym(plugin, "plugin_start");
  start();
  dlclose(plugin);
  // CHECK-DAG: {{^}}  after {{ *}}char[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:11 {{ *}}main {{ *}}1 {{ *}}55 B
  after = malloc(55);
  return 0;
}
#endif
