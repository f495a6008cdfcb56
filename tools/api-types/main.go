// Command api-types writes the table of the fields of Kubernetes' own kinds: what a kind's objects may hold, and what of it the
// API keeps. It is made of the public Go types, which the API server decodes and encodes objects with: of their json tags, and of
// the markers in their comments that server-side apply goes by.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"math"
	"os"
	"os/exec"
	"reflect"
	"runtime/debug"
	"slices"
	"sort"
	"strings"

	core "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	apiregistrationv1beta1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1beta1"
)

// Types that are not written as their fields. Of those that are one thing or another, each is told by its form.
var special = map[reflect.Type]string{
	// Its quantities are rounded up to thousandths.
	reflect.TypeFor[core.ResourceList]():                          "{}resource",
	reflect.TypeFor[resource.Quantity]():                          "quantity",
	reflect.TypeFor[intstr.IntOrString]():                         "intOrString",
	reflect.TypeFor[meta.Time]():                                  "time",
	reflect.TypeFor[meta.MicroTime]():                             "microTime",
	reflect.TypeFor[meta.FieldsV1]():                              "any",
	reflect.TypeFor[runtime.RawExtension]():                       "any",
	reflect.TypeFor[apiextensions.JSON]():                         "any",
	reflect.TypeFor[apiextensions.JSONSchemaPropsOrBool]():        "apiextensions/v1.JSONSchemaProps|bool",
	reflect.TypeFor[apiextensions.JSONSchemaPropsOrArray]():       "apiextensions/v1.JSONSchemaProps|[]apiextensions/v1.JSONSchemaProps",
	reflect.TypeFor[apiextensions.JSONSchemaPropsOrStringArray](): "apiextensions/v1.JSONSchemaProps|[]string",
}

type table struct {
	// Kubernetes is the release that the types are of.
	Kubernetes string `json:"kubernetes"`
	// Kinds holds the type of each kind, by apiVersion and kind, with " cluster" behind where its objects are in no namespace.
	Kinds map[string]string `json:"kinds"`
	// Gone holds kinds that the release no longer serves, with what it serves in their place, if anything.
	Gone map[string]string `json:"gone"`
	// Types holds the types of the fields of each struct.
	Types map[string]map[string]string `json:"types"`
}

func main() {
	minor := releaseOf("k8s.io/api")
	written := table{
		Kubernetes: fmt.Sprintf("1.%d", minor),
		Kinds:      map[string]string{}, Gone: map[string]string{}, Types: map[string]map[string]string{},
	}
	all := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme,
		apiextensions.AddToScheme, apiextensionsv1beta1.AddToScheme,
		apiregistration.AddToScheme, apiregistrationv1beta1.AddToScheme,
	} {
		if err := add(all); err != nil {
			log.Fatal(err)
		}
	}
	for gvk, kind := range all.AllKnownTypes() {
		metadata, ok := kind.FieldByName("ObjectMeta")
		if !ok || metadata.Type != reflect.TypeFor[meta.ObjectMeta]() || gvk.Version == runtime.APIVersionInternal {
			continue
		}
		if goneSince(kind) <= minor {
			written.Gone[nameOf(gvk)] = replacementOf(all, gvk, minor)
			continue
		}
		written.Kinds[nameOf(gvk)] = typeOf(kind, written.Types)
		if markersOf(kind).has("genclient:nonNamespaced") {
			written.Kinds[nameOf(gvk)] += " cluster"
		}
	}
	out, err := marshal(written)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(out); err != nil {
		log.Fatal(err)
	}
}

func nameOf(gvk schema.GroupVersionKind) string {
	apiVersion, kind := gvk.ToAPIVersionAndKind()
	return apiVersion + "/" + kind
}

// releaseOf is the minor version of the release that a module belongs to: v0.36.3 is of Kubernetes 1.36.
func releaseOf(module string) (minor int) {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			if _, err := fmt.Sscanf(dependency.Version, "v0.%d.", &minor); err != nil {
				log.Fatal(err)
			}
		}
	}
	return minor
}

// goneSince is the minor version of the release that no longer serves a kind.
func goneSince(kind reflect.Type) int {
	object, ok := reflect.New(kind).Interface().(interface{ APILifecycleRemoved() (int, int) })
	if !ok {
		return math.MaxInt
	}
	_, minor := object.APILifecycleRemoved()
	return minor
}

// replacementOf is what a release serves in a gone kind's place, if anything.
func replacementOf(all *runtime.Scheme, gvk schema.GroupVersionKind, minor int) string {
	object, ok := reflect.New(all.AllKnownTypes()[gvk]).Interface().(interface {
		APILifecycleReplacement() schema.GroupVersionKind
	})
	if !ok {
		return ""
	}
	next := object.APILifecycleReplacement()
	// One of them names a list.
	next.Kind = strings.TrimSuffix(next.Kind, "List")
	kind, known := all.AllKnownTypes()[next]
	switch {
	case !known:
		return ""
	case goneSince(kind) <= minor:
		return replacementOf(all, next, minor)
	}
	return nameOf(next)
}

// typeOf is how the table writes a type. Structs are added to it, once each.
func typeOf(t reflect.Type, types map[string]map[string]string) string {
	if name, ok := special[t]; ok {
		for _, one := range strings.Split(name, "|") {
			if one == "apiextensions/v1.JSONSchemaProps" {
				typeOf(reflect.TypeFor[apiextensions.JSONSchemaProps](), types)
			}
		}
		return name
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		log.Fatalf("%s decodes itself: add it to the special types", t)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + typeOf(t.Elem(), types)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + typeOf(t.Elem(), types)
	case reflect.Map:
		return "{}" + typeOf(t.Elem(), types)
	case reflect.Struct:
		name := packageOf(t) + "." + t.Name()
		if _, known := types[name]; !known {
			types[name] = map[string]string{}
			addFields(types[name], t, types)
		}
		return name
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64:
		return t.Kind().String()
	case reflect.Float32, reflect.Float64:
		return "float"
	}
	log.Fatalf("%s is of a kind that no object has", t)
	return ""
}

// packageOf is the end of a type's package path, which tells it from the others: core/v1 of k8s.io/api/core/v1.
func packageOf(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	return strings.Join(parts[len(parts)-2:], "/")
}

func addFields(fields map[string]string, t reflect.Type, types map[string]map[string]string) {
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && field.Anonymous:
			addFields(fields, field.Type, types)
		case name == "":
			log.Fatalf("%s.%s has no name in JSON", t, field.Name)
		default:
			fields[name] = typeOf(field.Type, types)
			if slices.Contains(strings.Split(options, ","), "omitempty") {
				fields[name] += "?"
			}
			fields[name] += listOf(t, field)
		}
	}
}

// listOf says how server-side apply tells the items of a list from each other, where it does: no two may be the same.
func listOf(t reflect.Type, field reflect.StructField) string {
	markers := markersOf(t).fields[field.Name]
	if markers.has("listType=set") {
		return " set"
	}
	keys := markers.values("listMapKey")
	if len(keys) == 0 {
		return ""
	}
	item := field.Type.Elem()
	for index, key := range keys {
		holder, inItem := fieldNamed(item, key)
		byDefault := markersOf(holder).fields[inItem.Name].values("default")
		if len(byDefault) == 1 {
			keys[index] += "=" + strings.Trim(byDefault[0], `"`)
		} else if !strings.Contains(inItem.Tag.Get("json"), ",omitempty") {
			keys[index] += "="
		}
	}
	return " by " + strings.Join(keys, ",")
}

// fieldNamed finds a field by its name in JSON, and the struct that has it, which may be embedded.
func fieldNamed(t reflect.Type, name string) (reflect.Type, reflect.StructField) {
	for _, field := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(field.Tag.Get("json"), ","); tag == name {
			if above := field.Index[:len(field.Index)-1]; len(above) > 0 {
				return t.FieldByIndex(above).Type, field
			}
			return t, field
		}
	}
	log.Fatalf("%s has no field %s", t, name)
	return nil, reflect.StructField{}
}

// markers are the lines of a comment that begin with +, without it.
type markers []string

func (all markers) has(marker string) bool { return slices.Contains(all, marker) }

func (all markers) values(name string) (values []string) {
	for _, marker := range all {
		if value, ok := strings.CutPrefix(marker, name+"="); ok {
			values = append(values, value)
		}
	}
	return values
}

type structMarkers struct {
	markers
	fields map[string]markers
}

var parsed = map[string]map[string]structMarkers{}

// markersOf reads a struct's markers from its source.
func markersOf(t reflect.Type) structMarkers {
	if _, ok := parsed[t.PkgPath()]; !ok {
		parsed[t.PkgPath()] = parsePackage(t.PkgPath())
	}
	return parsed[t.PkgPath()][t.Name()]
}

func parsePackage(path string) map[string]structMarkers {
	found := map[string]structMarkers{}
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", path).Output()
	if err != nil {
		log.Fatalf("go list %s: %v", path, err)
	}
	files := token.NewFileSet()
	packages, err := parser.ParseDir(files, strings.TrimSpace(string(dir)), nil, parser.ParseComments)
	if err != nil {
		log.Fatal(err)
	}
	for _, parsedPackage := range packages {
		for _, file := range parsedPackage.Files {
			before := token.NoPos
			for _, declaration := range file.Decls {
				if types, ok := declaration.(*ast.GenDecl); ok && types.Tok == token.TYPE {
					// Markers may stand in a comment of their own above the one that documents a type.
					var above markers
					for _, comment := range file.Comments {
						if comment.Pos() > before && comment.End() <= types.Pos() {
							above = append(above, markersIn(comment)...)
						}
					}
					for _, spec := range types.Specs {
						addStruct(found, spec.(*ast.TypeSpec), above)
					}
				}
				before = declaration.End()
			}
		}
	}
	return found
}

func addStruct(found map[string]structMarkers, spec *ast.TypeSpec, above markers) {
	fields := map[string]markers{}
	if definition, ok := spec.Type.(*ast.StructType); ok {
		for _, field := range definition.Fields.List {
			for _, name := range field.Names {
				fields[name.Name] = markersIn(field.Doc)
			}
		}
	}
	found[spec.Name.Name] = structMarkers{above, fields}
}

func markersIn(comment *ast.CommentGroup) (found markers) {
	if comment == nil {
		return nil
	}
	for _, line := range comment.List {
		if marker, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(line.Text, "//")), "+"); ok {
			found = append(found, marker)
		}
	}
	return found
}

// marshal writes one kind and one struct on each line, so that a new release of Kubernetes can be read as a diff.
func marshal(written table) ([]byte, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "{\n\"kubernetes\": %q,\n", written.Kubernetes)
	if err := section(&out, "kinds", written.Kinds); err != nil {
		return nil, err
	}
	out.WriteString(",\n")
	if err := section(&out, "gone", written.Gone); err != nil {
		return nil, err
	}
	out.WriteString(",\n")
	if err := section(&out, "types", written.Types); err != nil {
		return nil, err
	}
	out.WriteString("\n}\n")
	return []byte(out.String()), nil
}

func section[V any](out *strings.Builder, name string, values map[string]V) error {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	fmt.Fprintf(out, "%q: {", name)
	for index, key := range keys {
		value, err := json.Marshal(values[key])
		if err != nil {
			return err
		}
		if index > 0 {
			out.WriteString(",")
		}
		fmt.Fprintf(out, "\n%q: %s", key, value)
	}
	out.WriteString("\n}")
	return nil
}
