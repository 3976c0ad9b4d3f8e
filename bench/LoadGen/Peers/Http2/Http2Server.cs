using System.IO.Pipelines;
using System.Net;
using LoadGen.Bulk;
using LoadGen.Measuring;
using LoadGen.Peers.Tcp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace LoadGen.Peers.Http2;

/// <summary>Kestrel with HTTP/2 in clear text: POST /request and POST /bulk.</summary>
internal sealed class Http2Server : IPeerServer
{
    public const string RequestPath = "/request";
    public const string BulkPath = "/bulk";

    private readonly WebApplication _application;
    private readonly Responder _responder = new(new BulkLedger());

    private Http2Server(WebApplication application) => _application = application;

    public IPEndPoint LocalEndPoint { get; private set; } = new(IPAddress.None, 0);

    public static async Task<Http2Server> StartAsync(Http2Settings settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(settings.Address, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = null;
            // A slow path is no attack here.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        _ = builder.Services.Configure<SocketTransportOptions>(sockets =>
            sockets.CreateBoundListenSocket = address => TcpSocket.Bind((IPEndPoint)address, settings.CongestionControl));
        WebApplication application = builder.Build();
        var server = new Http2Server(application);
        application.Run(server.HandleAsync);
        await application.StartAsync().ConfigureAwait(false);
        IServerAddressesFeature addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        server.LocalEndPoint = new IPEndPoint(settings.Address.Address, new Uri(addresses.Addresses.First()).Port);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case RequestPath:
                return AnswerAsync(context);
            case BulkPath:
                return TakeBulkAsync(context);
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        int length = (int)Math.Clamp(context.Request.ContentLength ?? 0, 0, RequestFormat.MaxBytes);
        ReadResult read = await context.Request.BodyReader.ReadAtLeastAsync(length, context.RequestAborted).ConfigureAwait(false);
        WriteAnswer(read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : System.Buffers.BuffersExtensions.ToArray(read.Buffer), context.Response);
        context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        _ = await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private void WriteAnswer(ReadOnlySpan<byte> request, HttpResponse response)
    {
        Span<byte> scratch = stackalloc byte[Responder.ScratchBytes];
        ReadOnlySpan<byte> reply = _responder.Answer(request, scratch);
        response.ContentLength = reply.Length;
        System.Buffers.BuffersExtensions.Write(response.BodyWriter, reply);
    }

    private async Task TakeBulkAsync(HttpContext context)
    {
        var sink = new BulkSink(_responder.Ledger);
        PipeReader input = context.Request.BodyReader;
        while (true)
        {
            ReadResult read = await input.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                sink.Take(segment.Span);
            }

            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        byte[] receipt = new byte[BulkFormat.ReceiptBytes];
        BulkFormat.WriteReceipt(receipt, sink.Receipt);
        context.Response.ContentLength = receipt.Length;
        await context.Response.Body.WriteAsync(receipt, context.RequestAborted).ConfigureAwait(false);
    }
}
