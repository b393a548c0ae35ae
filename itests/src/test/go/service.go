package main

import (
	"context"
	"errors"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// The service proto.TokenStore with its messages. They are written by hand, because a build must not need a generator.

type tokenValueRequest struct {
	Token    string `protobuf:"bytes,1,opt,name=token,proto3"`
	Metadata []byte `protobuf:"bytes,2,opt,name=metadata,proto3"`
}

func (request *tokenValueRequest) Reset() { *request = tokenValueRequest{} }
func (*tokenValueRequest) String() string { return "TokenValueRequest" }
func (*tokenValueRequest) ProtoMessage()  {}

type tokenValueResponse struct {
	Value string `protobuf:"bytes,1,opt,name=value,proto3"`
}

func (response *tokenValueResponse) Reset() { *response = tokenValueResponse{} }
func (*tokenValueResponse) String() string  { return "TokenValueResponse" }
func (*tokenValueResponse) ProtoMessage()   {}

var tokenStore = grpc.ServiceDesc{
	ServiceName: "proto.TokenStore",
	HandlerType: (*interface{})(nil),
	Methods:     []grpc.MethodDesc{{MethodName: "Value", Handler: answer}},
	Metadata:    "token.proto",
}

func answer(
	_ interface{},
	_ context.Context,
	decode func(interface{}) error,
	_ grpc.UnaryServerInterceptor,
) (interface{}, error) {
	request := new(tokenValueRequest)
	if err := decode(request); err != nil {
		return nil, err
	}
	found, err := value(request.Token, request.Metadata)
	return &tokenValueResponse{Value: found}, err
}

type tokenStorePlugin struct {
	plugin.NetRPCUnsupportedPlugin
}

func (tokenStorePlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	server.RegisterService(&tokenStore, struct{}{})
	return nil
}

func (tokenStorePlugin) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (interface{}, error) {
	return nil, errors.New("this program is a plugin only")
}
