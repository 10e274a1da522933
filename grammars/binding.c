/* Python module for one grammar: GRAMMAR_MODULE names the module, GRAMMAR_LANGUAGE its language function. */
#include <Python.h>

#define JOIN(a, b) a##b
#define INIT(name) JOIN(PyInit_, name)
#define TEXT(name) #name
#define NAME(name) TEXT(name)

typedef struct TSLanguage TSLanguage;
const TSLanguage *GRAMMAR_LANGUAGE(void);

static PyObject *language(PyObject *self, PyObject *none) {
  (void)self, (void)none;
  return PyCapsule_New((void *)GRAMMAR_LANGUAGE(), "tree_sitter.Language", NULL);
}

static PyMethodDef METHODS[] = {
  {"language", language, METH_NOARGS, "The tree-sitter language, in a capsule."}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, NAME(GRAMMAR_MODULE), NULL, -1, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC INIT(GRAMMAR_MODULE)(void) { return PyModule_Create(&MODULE); }
