//go:build tools

// Package tools pins the command that build.ts builds, so that `go mod tidy` keeps it.
package tools

import (
	_ "github.com/temporalio/cli/cmd/temporal"
)
