// A plugin of configmanager v3 as the tests of this project run one: a token store whose values are the files of the
// folder SECRETS_DIR. Paths with another first part ask for what a store may also do; see behaviours.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

const (
	cookieKey = "CONFIGMANAGER_PLUGIN"
	// The name under which configmanager looks the store up; it is not sent.
	storeName  = "configmanager_token_store"
	secretsDir = "SECRETS_DIR"
)

// cookie is that of configmanager v3.0.0. The build sets another one for a second binary.
var cookie = "hello"

// logger writes JSON to the error output that the plugin was started with, like that of the library.
var logger = hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: os.Stderr, JSONFormat: true})

// behaviours are named by the first part of a path and are given the rest of it.
var behaviours = map[string]func(argument string, metadata []byte) (string, error){
	// What was asked for, as a store receives it.
	"echo": func(argument string, metadata []byte) (string, error) {
		return argument + "->" + string(metadata), nil
	},
	// A variable of the environment that the plugin was given.
	"env": func(argument string, _ []byte) (string, error) {
		value, found := os.LookupEnv(argument)
		return fmt.Sprintf("%t:%s", found, value), nil
	},
	// All variables of the environment, without their values.
	"environment": func(string, []byte) (string, error) {
		var names []string
		for _, variable := range os.Environ() {
			names = append(names, strings.SplitN(variable, "=", 2)[0])
		}
		return strings.Join(names, ","), nil
	},
	"pid": func(string, []byte) (string, error) {
		return strconv.Itoa(os.Getpid()), nil
	},
	// Some stores answer so when there is no value.
	"empty": func(string, []byte) (string, error) {
		return "", nil
	},
	"error": func(argument string, _ []byte) (string, error) {
		return "", errors.New(argument)
	},
	"big": func(argument string, _ []byte) (string, error) {
		length, err := strconv.Atoi(argument)
		return strings.Repeat("x", length), err
	},
	"slow": func(argument string, _ []byte) (string, error) {
		pause, err := time.ParseDuration(argument)
		time.Sleep(pause)
		return "late", err
	},
	"log": func(argument string, _ []byte) (string, error) {
		logger.Info(argument)
		return "logged", nil
	},
	"exit": func(argument string, _ []byte) (string, error) {
		status, err := strconv.Atoi(argument)
		if err == nil {
			os.Exit(status)
		}
		return "", err
	},
}

// value answers one call. The empty metadata of a reference without brackets is no version.
func value(path string, metadata []byte) (string, error) {
	parts := strings.SplitN(path, "/", 2)
	if behaviour, found := behaviours[parts[0]]; found {
		return behaviour(strings.Join(parts[1:], ""), metadata)
	}
	// Only names: a path never leads out of the folder.
	content, err := os.ReadFile(filepath.Join(os.Getenv(secretsDir), filepath.Base(path)))
	return strings.TrimSuffix(string(content), "\n"), err
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion:  1,
			MagicCookieKey:   cookieKey,
			MagicCookieValue: cookie,
		},
		Plugins:    plugin.PluginSet{storeName: &tokenStorePlugin{}},
		GRPCServer: plugin.DefaultGRPCServer,
		Logger:     logger,
	})
}
